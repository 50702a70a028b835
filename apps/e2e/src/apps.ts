import { fileURLToPath } from "node:url"
import { type App, type AppOptions, spawnApp } from "@canal/testbed"

const server = fileURLToPath(import.meta.resolve("../../server/src/main.ts"))
const client = fileURLToPath(import.meta.resolve("../../client/src/main.ts"))
const consumer = fileURLToPath(import.meta.resolve("./consumer-main.ts"))

/** Options of a command, by name without the dashes. */
type Flags = Readonly<Record<string, string | number | undefined>>

/** Starts canal-server without waiting for anything. */
export async function launchServer(flags: Flags, options: AppOptions = {}): Promise<App> {
  return spawnApp(server, { ...options, args: [...flagList(flags), ...(options.args ?? [])] })
}

/** Starts canal-server and waits until it follows its source. */
export async function startServer(flags: Flags, options: AppOptions = {}): Promise<App> {
  const app = await launchServer(flags, options)
  await app.line(/ready: destination/)
  return app
}

/** Starts `canal-client watch`. */
export async function startWatch(flags: Flags, options: AppOptions = {}): Promise<App> {
  return spawnApp(client, { ...options, args: ["watch", ...flagList(flags), ...(options.args ?? [])] })
}

/** Starts a program that uses `@canal/client` and prints every change and every acknowledgement. */
export async function startConsumer(port: number, options: AppOptions = {}): Promise<App> {
  return spawnApp(consumer, { ...options, args: [String(port)] })
}

function flagList(flags: Flags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  )
}
