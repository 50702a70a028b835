// Sends statements at a steady pace over several connections, each on the first one that is free.
import { setTimeout as sleep } from "node:timers/promises"
import { createConnection } from "mysql2/promise"
import { monotonicMicroseconds, pacedTaskSchema } from "./paced-task.ts"
import { quantile } from "./quantiles.ts"
import { report } from "./report.ts"
import { told } from "./told.ts"

const { host, port, user, password, connections, sql, number, perSecond, count } = told(0, pacedTaskSchema)
const start = performance.now()
let sent = 0
const answers: number[] = []

/** Sends whatever is due, one statement after another. */
async function write(): Promise<void> {
  const connection = await createConnection({ host, port, user, password })
  while (sent < count) {
    if (sent >= ((performance.now() - start) / 1000) * perSecond) {
      await sleep(1)
      continue
    }
    const turn = sent
    sent += 1
    const sentAt = monotonicMicroseconds()
    await connection.execute(sql, [number === "clock" ? sentAt : turn])
    answers.push((monotonicMicroseconds() - sentAt) / 1000)
  }
  await connection.end()
}

await Promise.all(Array.from({ length: connections }, write))
report({ perSecond: count / ((performance.now() - start) / 1000), p99: quantile(answers, 0.99) })
