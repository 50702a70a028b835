import { readFileSync } from "node:fs"

/** What the kernel counts in: a hundred a second, on every Linux of today. */
const TICKS_A_SECOND = 100

/** Most memory a process had resident so far, in bytes. */
export function peakMemory(pid: number | "self" = "self"): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  if (kilobytes === undefined) throw new Error(`process ${pid} has ended`)
  return Number(kilobytes) * 1024
}

/** Seconds of processor time that a process has used so far, all its threads together. */
export function cpuOf(pid: number): number {
  const fields = statOf(pid)
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

/** Whether a process is stopped (SIGSTOP). */
export function isStopped(pid: number): boolean {
  return statOf(pid)[0] === "T"
}

/** What the kernel says of a process, from its state on. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  // The name of the program, in parentheses, may hold spaces.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
}
