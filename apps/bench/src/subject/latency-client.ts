// A client that looks at how long ago each row was written.
import { connect } from "@canal/client"
import { latencyTaskSchema, monotonicMicroseconds } from "./paced-task.ts"
import { quantile } from "./quantiles.ts"
import { report } from "./report.ts"
import { servedSchema, told } from "./told.ts"

const task = told(0, latencyTaskSchema)
const served = told(1, servedSchema)
const delays: number[] = []

await using client = await connect({ server: `127.0.0.1:${served.port}`, destination: served.destination })
for await (const batch of client.batches()) {
  for (const change of batch.changes) {
    if (change.kind === "insert" && change.table === task.table)
      delays.push((monotonicMicroseconds() - Number(change.after[task.column])) / 1000)
  }
  await batch.ack()
  if (delays.length < task.changes) continue
  const counted = delays.slice(task.warmUp)
  report({ p50: quantile(counted, 0.5), p99: quantile(counted, 0.99), longest: quantile(counted, 1) })
}
