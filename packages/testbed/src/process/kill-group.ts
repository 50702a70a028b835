import { errorCode } from "../error-code.ts"

/** Sends a signal to a process group by its leader's id; a group that is gone already is no error. */
export function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error
  }
}
