import { setTimeout as delay } from "node:timers/promises"
import { type App, createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startServer, startWatch } from "./apps.ts"

const ROWS = 1_000_000
const MEMORY_LIMIT = 400 * 2 ** 20

/** The greatest resident memory of a process, looked at ten times a second until the work is done. */
async function greatestMemory(app: App, work: Promise<unknown>): Promise<number> {
  let greatest = 0
  const watching = setInterval(() => {
    greatest = Math.max(greatest, app.residentMemory())
  }, 100)
  try {
    await work
  } finally {
    clearInterval(watching)
  }
  return greatest
}

test("a transaction of a million rows passes in bounded memory", { timeout: 600_000 }, async () => {
  await using database = await startMysql()
  using folder = createScratchFolder("huge")
  const port = await freePort()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.huge (n INT PRIMARY KEY, text VARCHAR(100))")
  await using server = await startServer({ source: database.url(), port, data: folder.path })
  await using client = await startWatch({
    server: `127.0.0.1:${port}`,
    destination: "example",
    format: "json",
  })
  await client.line(/connected/)
  await database.query("SET SESSION cte_max_recursion_depth = 1000000")
  const through = (async () => {
    await database.query(
      `INSERT INTO e2e.huge WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
       SELECT n, REPEAT('x', 100) FROM numbers`,
    )
    await client.line(new RegExp(`"n":"${ROWS}"`), { withinMs: 300_000 })
  })()
  const memory = await greatestMemory(server, through)
  expect(memory).toBeLessThan(MEMORY_LIMIT)

  let next = 1
  for (const line of client.stdout) {
    for (const [, n] of line.matchAll(/\{"n":"(\d+)"/g)) {
      if (Number(n) !== next) throw new Error(`row ${n} came where row ${next} was due`)
      next++
    }
  }
  expect(next).toBe(ROWS + 1)
})

test("a client that stops reading for a minute makes the source wait", { timeout: 600_000 }, async () => {
  await using database = await startMysql()
  using folder = createScratchFolder("stalled")
  const port = await freePort()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.stalled (n INT PRIMARY KEY, text VARCHAR(4000))")
  await using server = await startServer({ source: database.url(), port, data: folder.path })
  let last = 0
  let outOfOrder: string | undefined
  await using client = await startWatch(
    { server: `127.0.0.1:${port}`, destination: "example", format: "json" },
    {
      onStdout(line) {
        for (const [, n] of line.matchAll(/\{"n":"(\d+)"/g)) {
          if (Number(n) !== last + 1) outOfOrder ??= `row ${n} came after row ${last}`
          last = Number(n)
        }
      },
    },
  )
  await client.line(/connected/)
  client.kill("SIGSTOP")
  let written = 0
  const stalled = (async () => {
    const deadline = performance.now() + 60_000
    while (performance.now() < deadline) {
      const values = Array.from({ length: 20 }, () => `(${++written}, REPEAT('x', 4000))`)
      await database.query(`INSERT INTO e2e.stalled VALUES ${values.join(",")}`)
      await delay(20)
    }
  })()
  const memory = await greatestMemory(server, stalled)
  client.kill("SIGCONT")
  const caughtUp = client.line(new RegExp(`"n":"${written}"`), { withinMs: 300_000 })
  const later = await greatestMemory(server, caughtUp)
  expect(outOfOrder).toBeUndefined()
  expect(last).toBe(written)
  expect(Math.max(memory, later)).toBeLessThan(MEMORY_LIMIT)
})
