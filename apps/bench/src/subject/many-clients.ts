// Several clients of one destination, each with a cursor of its own, that read entries to the end of a workload and
// leave their rows as they are.
import { type Client, connect } from "@canal/client"
import { rest } from "./lap.ts"
import { report } from "./report.ts"
import { readTask } from "./task.ts"
import { clientsSchema, told } from "./told.ts"

const FIRST_ID = 2000

const task = readTask()
const { port, destination, clients: count } = told(1, clientsSchema)
const server = `127.0.0.1:${port}`
// All are there before the first one acknowledges, so that each gets everything.
const clients = await Promise.all(
  Array.from({ length: count }, (_, i) => connect({ server, destination, clientId: FIRST_ID + i })),
)
const lapBytes = (task.end - task.start) / task.laps
let lapEnd = task.start + lapBytes
const entries = await Promise.all(clients.map(read))
report({ entries: entries.reduce((sum, each) => sum + each, 0) })

async function read(client: Client): Promise<number> {
  let read = 0
  for await (const batch of client.batches()) {
    read += batch.entries.length
    const last = batch.entries.at(-1)?.header
    await batch.ack()
    if (last === undefined) continue
    const at = last.logfileOffset + last.eventLength
    if (at >= task.end) break
    restAt(at)
  }
  return read
}

/** Ends a lap when the first client comes to its end. */
function restAt(at: number): void {
  if (at < lapEnd) return
  lapEnd += lapBytes
  rest()
}
