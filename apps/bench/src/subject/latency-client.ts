// A client that looks at how long ago each row was written.
import { connect } from "@canal/client"
import { latencyTaskSchema, monotonicMicroseconds } from "./paced-task.ts"
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
  if (delays.length >= task.changes) report(summary(delays.slice(task.warmUp)))
}

function summary(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), longest: at(1) }
}
