import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { openBackend } from "@canal/backend"
import { type CommandContext, UsageError } from "@canal/command-line"
import { createMemorySpace } from "@canal/coordination/memory"
import { coordinatedCursors, type CursorStores, fileCursors } from "@canal/cursor-store"
import { hashPassword } from "@canal/protocol"
import { startServer } from "@canal/server"
import { advertisedHost } from "./advertised-host.ts"
import type { ServerArguments } from "./command.ts"
import { createLog, logNotices } from "./logs.ts"

/** Runs its destinations until it is asked to end or one cannot go on. */
export async function serve(args: ServerArguments, { signal }: CommandContext): Promise<void> {
  if (args.user !== undefined && args.password === undefined) {
    throw new UsageError("--user needs a password: --password P or CANAL_PASSWORD")
  }
  const sources = namedSources(args)
  const ca = args.ca === undefined ? undefined : await certificate(args.ca)
  const backend = await openBackend({ ...args, sessionTimeout: args.session })
  const cursors = (destination: string): CursorStores =>
    backend === undefined
      ? fileCursors({ directory: args.data, destination })
      : coordinatedCursors({ destination })
  const log = createLog("info")
  logNotices(log)

  await using server = await startServer({
    listen: { host: args.bind, port: args.port },
    user: args.user,
    passwordHash: args.password === undefined ? undefined : hashPassword(args.password),
    advertise: args.advertise ?? advertisedHost(args.bind),
    coordination: backend ?? createMemorySpace(),
    protection: args.protection,
    destinations: sources.map(({ name, source }) => ({
      name,
      source: { ...source, tls: { mode: args.tls, ca } },
      from: args.from,
      filter: args.filter,
      exclude: args.exclude,
      serverId: args["server-id"],
      cursors: cursors(name),
      timeZone: process.env["TZ"] ?? "UTC",
      partialJson: args["partial-json"],
    })),
  })
  const names = sources.map(({ name }) => name).join(", ")
  const place = backend?.place ?? args.data
  log.info(`clients are served on port ${server.port}, destination ${names}, cursors in ${place}`)
  await Promise.race([server.failure, signal.aborted ? undefined : once(signal, "abort")])
  log.info("stopping: cursors are flushed")
}

/** Each destination with its source. @throws UsageError */
function namedSources(args: ServerArguments) {
  const { source: sources, destination: names } = args
  if (sources.length !== names.length) {
    throw new UsageError(
      `--source is given ${times(sources.length)} and --destination ${times(names.length)}; each destination needs its source`,
    )
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined)
    throw new UsageError(`--destination ${repeated} is given twice; give each its own name`)
  for (const option of ["from", "server-id"] as const) {
    if (names.length > 1 && args[option] !== undefined) {
      throw new UsageError(
        `--${option} is for one destination, and there are ${names.length}; run them apart`,
      )
    }
  }
  return sources.flatMap((source, index) => {
    const name = names[index]
    return name === undefined ? [] : [{ name, source }]
  })
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`
}

async function certificate(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    throw new UsageError(
      `--ca ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
