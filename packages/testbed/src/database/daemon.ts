import { closeSync, openSync, readFileSync } from "node:fs"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { spawnSupervised, type SupervisedProcess } from "../process/supervised.ts"
import type { DatabaseProgram } from "./program.ts"

const READY_WITHIN_MS = 120_000
const STOPPED_WITHIN_MS = 60_000
const POLL_MS = 50

/** One run of a database server program. */
export interface Daemon {
  readonly process: SupervisedProcess
  /**
   * Waits until the server greets on this port.
   * @throws Error with the end of the server's log when it ended instead, or greets nobody for two minutes
   */
  ready(port: number): Promise<void>
  /** Shuts the server down in order, as SIGTERM does, and waits for its end. */
  stop(): Promise<void>
  /** Kills the server and waits for its end. */
  kill(): Promise<void>
}

/** Starts the program with its output going to the file `log`. */
export async function startDaemon(
  program: DatabaseProgram,
  args: readonly string[],
  log: string,
): Promise<Daemon> {
  const [file = "", ...first] = program.command
  const output = openSync(log, "a")
  const process = await spawnSupervised(file, [...first, ...args], { stdio: ["ignore", output, output] })
  closeSync(output)
  // A server that somebody forgot to stop must not keep the test process waiting; the undertaker ends it.
  process.child.unref()
  return {
    process,
    async ready(port) {
      for (const end = Date.now() + READY_WITHIN_MS; !(await greets(port)); await sleep(POLL_MS)) {
        if (process.exit !== undefined) throw new Error(`${program.flavor} did not start:\n${tail(log)}`)
        if (Date.now() > end) throw new Error(`${program.flavor} does not answer:\n${tail(log)}`)
      }
    },
    async stop() {
      process.child.ref()
      const patience = setTimeout(() => process.kill("SIGKILL"), STOPPED_WITHIN_MS)
      process.kill("SIGTERM")
      // A stopped (SIGSTOP) process gets no other signal.
      process.kill("SIGCONT")
      await process.exited
      clearTimeout(patience)
    },
    async kill() {
      process.child.ref()
      process.kill("SIGKILL")
      await process.exited
    },
  }
}

/** A server that is up sends the first packet. */
async function greets(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: "127.0.0.1", port })
  socket.once("data", () => resolve(true))
  socket.once("error", () => resolve(false))
  socket.once("close", () => resolve(false))
  const answer = await promise
  socket.destroy()
  return answer
}

function tail(log: string): string {
  return readFileSync(log, "utf8").slice(-3000)
}
