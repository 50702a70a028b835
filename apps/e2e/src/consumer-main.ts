// A consumer as a user would write it: `node consumer-main.ts PORT` prints `connected`, then `change N` for each inserted
// row's column n, and around the acknowledgement of a batch `acknowledging` and `acknowledged N` with the last so far.
import { writeSync } from "node:fs"
import { connect } from "@canal/client"

const STDOUT = 1

await using client = await connect({ server: `127.0.0.1:${process.argv[2]}`, destination: "example" })
writeSync(STDOUT, "connected\n")
let last = 0
for await (const batch of client.batches({ batchSize: 16 })) {
  for (const change of batch.changes) {
    if (change.kind !== "insert" || typeof change.after["n"] !== "number") continue
    last = change.after["n"]
    // At once and not through a stream, so that a kill loses no line of what was shown.
    writeSync(STDOUT, `change ${last}\n`)
  }
  writeSync(STDOUT, "acknowledging\n")
  await batch.ack()
  writeSync(STDOUT, `acknowledged ${last}\n`)
}
