import { type App, type AppOptions, createScratchFolder, type DatabaseServer, freePort } from "@canal/testbed"
import { startServer, startWatch } from "./apps.ts"
import { type FlatMessage, readFlatMessage } from "./flat-message.ts"

/** Options of a command, by name without the dashes. */
type Flags = Readonly<Record<string, string | number | undefined>>

/** The whole way of a row: canal-server behind a source, and `canal-client watch --format json` behind it. */
export interface Path extends AsyncDisposable {
  readonly client: App
  /** What the client has printed so far, without the texts of statements that MariaDB sends in front of rows. */
  messages(): readonly FlatMessage[]
}

/** Starts both and waits until the client is connected, so that what is written from now on comes. */
export async function startPath(
  database: DatabaseServer,
  flags: { readonly server?: Flags; readonly client?: Flags } = {},
  options: AppOptions = {},
): Promise<Path> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(createScratchFolder("path"))
  const port = await freePort()
  stack.use(
    await startServer({ source: database.url(), port, ...flags.server }, { ...options, folder: folder.path }),
  )
  const client = stack.use(await startWatch({ server: `127.0.0.1:${port}`, format: "json", ...flags.client }))
  await client.line(/connected to/)
  const kept = stack.move()
  return {
    client,
    messages: () => client.stdout.map(readFlatMessage).filter((message) => !isAnnotation(message)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

function isAnnotation({ database, table, type, data, sql }: FlatMessage): boolean {
  return database === "" && table === "" && type === "QUERY" && data === null && sql !== ""
}
