import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { type Exit, spawnSupervised } from "./supervised.ts"

/** What a program is started with. */
export interface AppOptions {
  readonly args?: readonly string[]
  /** Added to the environment; undefined takes a variable out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
  /** Options of Node itself, such as `--max-old-space-size=300`. */
  readonly nodeArgs?: readonly string[]
  /** `inherit` lets it write to this process's own streams; its lines are then not collected. */
  readonly output?: "collect" | "inherit"
  /** Told each line of standard output as it comes. */
  readonly onStdout?: (line: string) => void
  /** Told each line of standard error as it comes. */
  readonly onStderr?: (line: string) => void
}

/** A program of the test's own as a child process, with what it printed. It ends with this process at the latest. */
export interface App extends AsyncDisposable {
  readonly pid: number
  /** Lines of standard output so far. */
  readonly stdout: readonly string[]
  /** Lines of standard error so far. */
  readonly stderr: readonly string[]
  /** Settles when it has ended and everything it printed is in `stdout` and `stderr`. */
  readonly exited: Promise<Exit>
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined
  /**
   * Waits for the first line, of those that have come or of those to come, on either stream, that the pattern matches.
   * @throws Error with the end of its output when it ends without such a line, or after `withinMs` (60,000)
   */
  line(pattern: RegExp, options?: { readonly withinMs?: number }): Promise<string>
  /** Sends a signal. */
  kill(signal: NodeJS.Signals): void
  /** Asks it to end (SIGTERM) and waits until it has. */
  terminate(): Promise<Exit>
  /** Kills it (SIGKILL) and waits until it has ended. */
  kill9(): Promise<Exit>
  /** Bytes of memory it has resident now (VmRSS). */
  residentMemory(): number
}

interface Waiter {
  readonly pattern: RegExp
  readonly resolve: (line: string) => void
  readonly reject: (error: Error) => void
}

/** Starts a Node program (a `.ts`, `.js` or `.mjs` file). */
export async function spawnApp(program: string, options: AppOptions = {}): Promise<App> {
  const command = [...(options.nodeArgs ?? []), program, ...(options.args ?? [])]
  const supervised = await spawnSupervised(process.execPath, command, {
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: { ...process.env, ...options.environment },
    stdio: options.output === "inherit" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  })
  const stdout: string[] = []
  const stderr: string[] = []
  const waiters = new Set<Waiter>()

  function collect(
    stream: Readable | null,
    lines: string[],
    told: ((line: string) => void) | undefined,
  ): void {
    if (stream === null) return
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line)
      told?.(line)
      for (const waiter of waiters) {
        if (!waiter.pattern.test(line)) continue
        waiters.delete(waiter)
        waiter.resolve(line)
      }
    })
  }
  collect(supervised.child.stdout, stdout, options.onStdout)
  collect(supervised.child.stderr, stderr, options.onStderr)

  function failure(what: string): Error {
    const ends = [stdout.slice(-20).join("\n"), stderr.slice(-20).join("\n")]
    return new Error(`${program} ${what}; standard output:\n${ends[0]}\nstandard error:\n${ends[1]}`)
  }

  const exited = supervised.exited.then((exit) => {
    const end = exit.signal ?? exit.code
    for (const waiter of waiters)
      waiter.reject(failure(`ended with ${end} without a line like ${waiter.pattern}`))
    waiters.clear()
    return exit
  })

  return {
    pid: supervised.pid,
    stdout,
    stderr,
    exited,
    get exit() {
      return supervised.exit
    },
    async line(pattern, { withinMs = 60_000 } = {}) {
      const come = [...stdout, ...stderr].find((line) => pattern.test(line))
      if (come !== undefined) return come
      if (supervised.exit !== undefined) {
        await exited
        const late = [...stdout, ...stderr].find((line) => pattern.test(line))
        if (late !== undefined) return late
        throw failure(`has ended without a line like ${pattern}`)
      }
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const waiter = { pattern, resolve, reject }
      waiters.add(waiter)
      const patience = setTimeout(() => {
        waiters.delete(waiter)
        reject(failure(`printed no line like ${pattern} within ${withinMs} ms`))
      }, withinMs)
      try {
        return await promise
      } finally {
        clearTimeout(patience)
      }
    },
    kill(signal) {
      supervised.kill(signal)
    },
    terminate() {
      supervised.kill("SIGTERM")
      return exited
    },
    kill9() {
      supervised.kill("SIGKILL")
      return exited
    },
    residentMemory() {
      return supervised.residentMemory()
    },
    async [Symbol.asyncDispose]() {
      supervised.kill("SIGKILL")
      await exited
    },
  }
}
