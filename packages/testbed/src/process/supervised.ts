import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process"
import { readFileSync } from "node:fs"
import { killGroup } from "./kill-group.ts"
import { alreadyGone, outlivedBy } from "./undertaker.ts"

/** How a process ended: its exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
}

/** A child process that cannot outlive this one. */
export interface SupervisedProcess {
  readonly pid: number
  readonly child: ChildProcess
  /** Settles when the process has ended and its output has been read. */
  readonly exited: Promise<Exit>
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined
  /** Sends a signal to it and its descendants; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void
  /** Bytes of memory it has resident now, as the kernel counts them (VmRSS). */
  residentMemory(): number
}

/**
 * Starts a program as leader of a process group of its own, so that a Ctrl-C meant for this process does not reach it.
 * @throws the system's error when the program cannot be started
 */
export async function spawnSupervised(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<SupervisedProcess> {
  const child = spawn(command, args, { ...options, detached: true })
  const started = Promise.withResolvers<number>()
  const ended = Promise.withResolvers<Exit>()
  let exit: Exit | undefined
  child.on("error", started.reject)
  child.on("spawn", () => {
    if (child.pid !== undefined) started.resolve(child.pid)
  })
  child.on("exit", (code, signal) => {
    if (child.pid !== undefined) alreadyGone("process", child.pid)
    exit = { code: code ?? undefined, signal: signal ?? undefined }
  })
  child.on("close", (code, signal) => ended.resolve({ code: code ?? undefined, signal: signal ?? undefined }))
  const pid = await started.promise
  if (exit === undefined) outlivedBy("process", pid)
  return {
    pid,
    child,
    exited: ended.promise,
    get exit() {
      return exit
    },
    kill(signal) {
      if (exit === undefined) killGroup(pid, signal)
    },
    residentMemory() {
      const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
      if (kilobytes === undefined) throw new Error(`process ${pid} has ended`)
      return Number(kilobytes) * 1024
    },
  }
}
