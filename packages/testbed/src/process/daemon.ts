import { closeSync, openSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { spawnSupervised, type SupervisedProcess } from "./supervised.ts"

const READY_WITHIN_MS = 120_000
const STOPPED_WITHIN_MS = 60_000
const POLL_MS = 50

/** A server program and how it is run. */
export interface DaemonOptions {
  /** For people, such as `mysql`. */
  readonly name: string
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** File to which its output is added. */
  readonly log: string
}

/** One run of a server program. */
export interface Daemon {
  readonly process: SupervisedProcess
  /**
   * Waits until the server answers; `answers` asks it once.
   * @throws Error with the end of the server's log when it ended instead, or answers nobody for two minutes
   */
  ready(answers: () => Promise<boolean>): Promise<void>
  /** Shuts the server down in order, as SIGTERM does, and waits for its end. */
  stop(): Promise<void>
  /** Kills the server and waits for its end. */
  kill(): Promise<void>
}

/** Starts a server program with its output going to a file. */
export async function startDaemon({ name, command, environment, log }: DaemonOptions): Promise<Daemon> {
  const [file = "", ...args] = command
  const output = openSync(log, "a")
  const running = await spawnSupervised(file, args, {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...environment },
  })
  closeSync(output)
  // A server that somebody forgot to stop must not keep the test process waiting; the undertaker ends it.
  running.child.unref()
  return {
    process: running,
    async ready(answers) {
      for (const end = Date.now() + READY_WITHIN_MS; !(await answers()); await sleep(POLL_MS)) {
        if (running.exit !== undefined) throw new Error(`${name} did not start:\n${tail(log)}`)
        if (Date.now() > end) throw new Error(`${name} does not answer:\n${tail(log)}`)
      }
    },
    async stop() {
      running.child.ref()
      const patience = setTimeout(() => running.kill("SIGKILL"), STOPPED_WITHIN_MS)
      running.kill("SIGTERM")
      // A stopped (SIGSTOP) process gets no other signal.
      running.kill("SIGCONT")
      await running.exited
      clearTimeout(patience)
    },
    async kill() {
      running.child.ref()
      running.kill("SIGKILL")
      await running.exited
    },
  }
}

function tail(log: string): string {
  return readFileSync(log, "utf8").slice(-3000)
}
