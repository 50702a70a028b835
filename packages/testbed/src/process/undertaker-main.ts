// Ends what a testbed process leaves behind, in whatever way that process ended. It reads lines from standard input:
//
//   +process PID   to be killed with its group        -process PID   has ended by itself
//   +folder PATH   to be removed                      -folder PATH   has been removed
//
// and acts when the input ends, which is when the process at its other end is gone.
import { rmSync } from "node:fs"
import { createInterface } from "node:readline"
import { killGroup } from "./kill-group.ts"

const processes = new Set<number>()
const folders = new Set<string>()

for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(" ")
  const rest = line.slice(space + 1)
  switch (line.slice(0, space)) {
    case "+process":
      processes.add(Number(rest))
      break
    case "-process":
      processes.delete(Number(rest))
      break
    case "+folder":
      folders.add(rest)
      break
    case "-folder":
      folders.delete(rest)
      break
  }
}
for (const pid of processes) killGroup(pid, "SIGKILL")
// A process that is being killed may still write for a moment: removal is tried again on ENOTEMPTY.
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
