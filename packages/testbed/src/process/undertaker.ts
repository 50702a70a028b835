import { type ChildProcess, spawn } from "node:child_process"
import { Socket } from "node:net"
import { fileURLToPath } from "node:url"

/**
 * Names to the undertaker, a small process beside this one, what must not outlive this process: it sees this process
 * end, be it by kill -9, kills what is still named and removes the folders.
 */
export function outlivedBy(what: "process" | "folder", name: number | string): void {
  tell(`+${what} ${name}`)
}

/** Takes back a name that is gone already. A process id must be taken back at once: the system gives it out again. */
export function alreadyGone(what: "process" | "folder", name: number | string): void {
  tell(`-${what} ${name}`)
}

let undertaker: ChildProcess | undefined

function tell(line: string): void {
  undertaker ??= startUndertaker()
  undertaker.stdin?.write(`${line}\n`)
}

function startUndertaker(): ChildProcess {
  const program = fileURLToPath(new URL("undertaker-main.ts", import.meta.url))
  // In a session of its own, so that a Ctrl-C at the terminal does not end it before its work.
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  })
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return child
}
