// A client that takes its time with every batch, so that the server's store is full all the while.
import { setTimeout as sleep } from "node:timers/promises"
import { connect } from "@canal/client"
import { peakMemory } from "./process-status.ts"
import { report } from "./report.ts"
import { slowSchema, told } from "./told.ts"

const { port, destination, pid, batches, pause } = told(0, slowSchema)

await using client = await connect({ server: `127.0.0.1:${port}`, destination })
let changes = 0
let seen = 0
for await (const batch of client.batches()) {
  changes += batch.changes.length
  await sleep(pause)
  await batch.ack()
  seen += 1
  if (seen === batches) report({ changes, peakMemory: peakMemory(pid) })
}
