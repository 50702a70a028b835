import { fileURLToPath } from "node:url"
import {
  type App,
  createScratchFolder,
  type DatabaseServer,
  freePort,
  type Proxy,
  spawnApp,
  startProxy,
} from "@canal/testbed"
import { backendFlag, type BackendName, type BackendServer } from "../chaos/backends.ts"

export interface StandingServerOptions {
  readonly name: BackendName
  readonly backend: BackendServer
  readonly database: DatabaseServer
  /** Milliseconds. */
  readonly session: number
  readonly protection: number
}

/** A canal-server of destination `example` as a process, with a link of its own to the backend. */
export interface StandingServer extends AsyncDisposable {
  /** By which clients and other servers know it. */
  readonly address: string
  readonly port: number
  readonly toBackend: Proxy
  readonly app: App
  /** When it handed out a batch, in milliseconds since 1970. */
  readonly handed: readonly number[]
}

const main = fileURLToPath(import.meta.resolve("../chaos/server-main.ts"))

/** Starts one, and waits for nothing. */
export async function startStandingServer(options: StandingServerOptions): Promise<StandingServer> {
  const { name, backend, database, session, protection } = options
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(createScratchFolder("standing-server"))
  const toBackend = stack.use(await startProxy({ to: backend }))
  const port = await freePort()
  const handed: number[] = []
  const app = stack.use(
    await spawnApp(main, {
      folder: folder.path,
      environment: { TZ: "UTC" },
      args: [
        `--source=${database.url()}`,
        "--destination=example",
        `--port=${port}`,
        "--bind=127.0.0.1",
        "--advertise=127.0.0.1",
        `--session=${session}`,
        `--protection=${protection}`,
        ...backendFlag(name, toBackend),
      ],
      onStdout(line) {
        const [word, , , at] = line.split(" ")
        if (word === "handed") handed.push(Number(at))
      },
    }),
  )
  const kept = stack.move()
  return {
    address: `127.0.0.1:${port}`,
    port,
    toBackend,
    app,
    handed,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
