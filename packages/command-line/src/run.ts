import { once } from "node:events"
import { styleText } from "node:util"
import type { z } from "zod"
import { type Command, readArguments, UsageError } from "./arguments.ts"
import { helpText } from "./help.ts"
import { oneLine } from "./one-line.ts"

/** What a running command is given. */
export interface CommandContext {
  /** Aborted when the user or the system asks the command to end (SIGINT, SIGTERM, SIGHUP). */
  readonly signal: AbortSignal
  /** Writes data to standard output and waits while the reader is slow. */
  write(text: string): Promise<void>
  /** Writes a line for people to standard error. */
  say(text: string): void
}

/** One Ctrl-C may come several times: from the terminal to the whole group, and again from npm and other parents that pass it on. */
const SAME_KEY_PRESS_MS = 500

/**
 * Reads the arguments of this process, runs a command and ends the process with the right code. The first signal asks
 * the command to end, a second one ends it at once. A reader of standard output that goes away ends it too.
 */
export async function runCommand<Options extends z.ZodObject>(
  command: Command<Options>,
  main: (args: z.infer<Options>, context: CommandContext) => Promise<void>,
): Promise<void> {
  const ending = new AbortController()
  let askedAt = 0
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ] as const) {
    process.on(signal, () => {
      if (!ending.signal.aborted) askedAt = performance.now()
      else if (performance.now() - askedAt > SAME_KEY_PRESS_MS) process.exit(128 + number)
      ending.abort()
    })
  }
  process.stdout.on("error", () => ending.abort())
  process.stderr.on("error", () => ending.abort())
  const context: CommandContext = {
    signal: ending.signal,
    say,
    async write(text) {
      if (process.stdout.write(text) || ending.signal.aborted) return
      await once(process.stdout, "drain", { signal: ending.signal }).catch((error: unknown) => {
        if (!ending.signal.aborted) throw error
      })
    },
  }
  try {
    const args = readArguments(command, process.argv.slice(2), process.env)
    if (args === "help") await context.write(helpText(command))
    else await main(args, context)
    process.exitCode = 0
  } catch (error) {
    const cause = firstOf(error)
    const message = oneLine(cause instanceof Error ? cause.message : String(cause))
    say(`${styleText("red", `${command.name}:`, { stream: process.stderr })} ${message}`)
    process.exitCode = cause instanceof UsageError ? 2 : 1
  }
  process.exit()
}

/** What went wrong first, where ending it went wrong too. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
