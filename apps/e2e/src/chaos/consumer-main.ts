// A consumer as a user would write it: `node consumer-main.ts BACKEND HOST PORT SESSION PROTECTION` prints `change N` for
// the number n that each changed row now has, `processed N` with the last one before a batch is acknowledged, and
// `acknowledged N` after it.
import { subscribe } from "node:diagnostics_channel"
import { writeSync } from "node:fs"
import { connect } from "@canal/client"
import { isBackendName, openBackend } from "./backends.ts"

const STDOUT = 1
const [name = "", host = "", port, session, protection] = process.argv.slice(2)
if (!isBackendName(name)) throw new Error(`no backend ${name}`)

subscribe("canal:client", (notice) => process.stderr.write(`${JSON.stringify(notice)}\n`))
subscribe("canal:coordination", (notice) => process.stderr.write(`${JSON.stringify(notice)}\n`))

await using client = await connect({
  coordination: openBackend(name, { host, port: Number(port) }, Number(session)),
  protection: Number(protection),
  destination: "example",
})
writeSync(STDOUT, "connected\n")
let last = 0
for await (const batch of client.batches({ batchSize: 16 })) {
  for (const change of batch.changes) {
    if (change.kind !== "update" || typeof change.after["n"] !== "number") continue
    last = change.after["n"]
    writeSync(STDOUT, `change ${last}\n`)
  }
  writeSync(STDOUT, `processed ${last}\n`)
  await batch.ack()
  writeSync(STDOUT, `acknowledged ${last}\n`)
}
