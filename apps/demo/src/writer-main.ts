// Writes to the source that CANAL_DEMO_SOURCE names at a pace that people can read along, until it is asked to end.
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { createRandom } from "@canal/testbed"
import { connectTo, DATABASE } from "./playground.ts"
import { statements } from "./statements.ts"

const PACE_MS = 200

const ending = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort())

const connection = await connectTo(process.env["CANAL_DEMO_SOURCE"] ?? "")
await connection.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`)
await connection.query(`USE ${DATABASE}`)
for (const { sql, values } of statements(createRandom())) {
  await connection.query(sql, [...values])
  await Promise.race([sleep(PACE_MS), once(ending.signal, "abort")])
  if (ending.signal.aborted) break
}
await connection.end()
