import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { openBackend } from "@canal/backend"
import { type CommandContext, UsageError } from "@canal/command-line"
import { hostAddress } from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { coordinatedCursors, fileCursors } from "@canal/cursor-store"
import { hashPassword } from "@canal/protocol"
import { startServer } from "@canal/server"
import type { ServerArguments } from "./command.ts"
import { createLog, logNotices } from "./logs.ts"

/** Runs one destination until it is asked to end or cannot go on. */
export async function serve(args: ServerArguments, { signal }: CommandContext): Promise<void> {
  if (args.user !== undefined && args.password === undefined) {
    throw new UsageError("--user needs a password: --password P or CANAL_PASSWORD")
  }
  const ca = args.ca === undefined ? undefined : await certificate(args.ca)
  const backend = await openBackend({ ...args, sessionTimeout: args.session })
  const { destination, data } = args
  const log = createLog("info")
  logNotices(log)

  await using server = await startServer({
    listen: { host: args.bind, port: args.port },
    user: args.user,
    passwordHash: args.password === undefined ? undefined : hashPassword(args.password),
    advertise: args.advertise ?? hostAddress(),
    coordination: backend ?? createMemorySpace(),
    protection: args.protection,
    destinations: [
      {
        name: destination,
        source: { ...args.source, tls: { mode: args.tls, ca } },
        from: args.from,
        filter: args.filter,
        exclude: args.exclude,
        serverId: args["server-id"],
        cursors:
          backend === undefined
            ? fileCursors({ directory: data, destination })
            : coordinatedCursors({ destination }),
        timeZone: process.env["TZ"] ?? "UTC",
      },
    ],
  })
  const kept = backend?.place ?? data
  log.info(`clients are served on port ${server.port}, destination ${destination}, cursors in ${kept}`)
  await Promise.race([server.failure, signal.aborted ? undefined : once(signal, "abort")])
  log.info("stopping: cursors are flushed")
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
