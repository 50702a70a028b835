import { writeSync } from "node:fs"
import { workerData } from "node:worker_threads"

/** How long one case may take. */
const LIMIT_MS = 20_000

/*
 * Runs in a thread of its own beside the cases, since a case that never ends cannot end itself: ends the process when
 * the count of cases stands still.
 */
if (!(workerData instanceof SharedArrayBuffer)) throw new TypeError("The watchdog needs the count of cases")
const cases = new BigInt64Array(workerData)
let last = -1n
setInterval(() => {
  const now = Atomics.load(cases, 0)
  if (now === last) {
    writeSync(2, `case ${now} has not ended after ${LIMIT_MS / 1000} s: it hangs\n`)
    process.kill(process.pid, "SIGKILL")
  }
  last = now
}, LIMIT_MS)
