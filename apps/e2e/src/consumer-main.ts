// A consumer as a user would write it: `node consumer-main.ts PORT` prints `connected`, then `change N` for each inserted
// row's column n, and `acknowledged N` once a batch that ends with it was acknowledged.
import { writeSync } from "node:fs"
import { connect } from "@canal/client"

const STDOUT = 1

await using client = await connect({ server: `127.0.0.1:${process.argv[2]}`, destination: "example" })
writeSync(STDOUT, "connected\n")
for await (const batch of client.batches({ batchSize: 16 })) {
  let last: number | undefined
  for (const change of batch.changes) {
    if (change.kind !== "insert" || typeof change.after["n"] !== "number") continue
    last = change.after["n"]
    // At once and not through a stream, so that a kill loses no line of what was shown.
    writeSync(STDOUT, `change ${last}\n`)
  }
  await batch.ack()
  if (last !== undefined) writeSync(STDOUT, `acknowledged ${last}\n`)
}
