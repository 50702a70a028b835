// canal-server as it is, which besides says of each batch when it was handed out: `handed CLIENT BATCH MILLISECONDS`, at
// once and not through a stream, so that a kill loses no line.
import { subscribe } from "node:diagnostics_channel"
import { writeSync } from "node:fs"
import type { BatchNotice } from "@canal/server"

const STDOUT = 1

function isBatch(message: unknown): message is BatchNotice {
  return typeof message === "object" && message !== null && "batchId" in message
}

subscribe("canal:server:batch", (message) => {
  if (isBatch(message)) writeSync(STDOUT, `handed ${message.clientId} ${message.batchId} ${Date.now()}\n`)
})

await import(import.meta.resolve("../../../server/src/main.ts"))
