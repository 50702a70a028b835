import { readFileSync } from "node:fs"
import { errorCode } from "../error-code.ts"

/** Whether a process runs. One that has ended but whose end nobody has asked for yet (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === "EPERM"
  }
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch (error) {
    // Ended since; or a system without /proc.
    return errorCode(error) === "ENOENT" && process.platform !== "linux"
  }
}
