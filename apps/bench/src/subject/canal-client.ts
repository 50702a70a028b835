// A client of the real server: reads every value of every change and acknowledges. It looks at what the server took, too.
import { connect } from "@canal/client"
import { rowsOf } from "./changes.ts"
import { readRowChanges } from "./canal-rows.ts"
import { cpuOf, peakMemory } from "./process-status.ts"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { readTask } from "./task.ts"
import { servedSchema, told } from "./told.ts"

const task = readTask()
const served = told(1, servedSchema)
const rows = rowsOf(task)
const watch = new Stopwatch(task)
let serverCpu = Number.NaN

await using client = await connect({ server: `127.0.0.1:${served.port}`, destination: served.destination })
reading: for await (const batch of client.batches()) {
  const warm = watch.isWarm
  const last = watch.count(readRowChanges(batch.changes, rows))
  if (!warm && watch.isWarm) serverCpu = cpuOf(served.pid)
  await batch.ack()
  if (last) break reading
}
const server = { serverCpuSeconds: cpuOf(served.pid) - serverCpu, serverPeakMemory: peakMemory(served.pid) }
report({ ...watch.result(rows.digest()), ...server })
