import { writeSync } from "node:fs"

/** What a measured process says when it stops itself, so that another one can have its turn. */
export const LAP = "lap"

const STDOUT = 1

/** Says that a lap is over and stops this process, all its threads, until it is told to go on (SIGCONT). */
export function rest(): void {
  writeSync(STDOUT, `${LAP}\n`)
  process.kill(process.pid, "SIGSTOP")
}
