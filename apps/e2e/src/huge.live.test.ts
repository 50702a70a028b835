import { readFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { connect } from "@canal/client"
import { type App, createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startServer, startWatch } from "./apps.ts"

const ROWS = 1_000_000
const MEMORY_LIMIT = 300 * 2 ** 20

/** The greatest memory that a process has had resident so far, in bytes. */
function greatestMemory(app: App): number {
  const status = readFileSync(`/proc/${app.pid}/status`, "utf8")
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  if (kilobytes === undefined) throw new Error(`No VmHWM of process ${app.pid}`)
  return Number(kilobytes) * 1024
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
  await database.query(
    `INSERT INTO e2e.huge WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS})
     SELECT n, REPEAT('x', 100) FROM numbers`,
  )
  await client.line(new RegExp(`"n":"${ROWS}"`), { withinMs: 300_000 })
  expect(greatestMemory(server)).toBeLessThan(MEMORY_LIMIT)

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
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const values = Array.from({ length: 20 }, () => `(${++written}, REPEAT('x', 4000))`)
    await database.query(`INSERT INTO e2e.stalled VALUES ${values.join(",")}`)
    await delay(20)
  }
  client.kill("SIGCONT")
  await client.line(new RegExp(`"n":"${written}"`), { withinMs: 300_000 })
  expect(outOfOrder).toBeUndefined()
  expect(last).toBe(written)
  expect(greatestMemory(server)).toBeLessThan(MEMORY_LIMIT)
})

test(
  "300,000 small transactions pass in bounded memory, with and without GTIDs, by a client that is slow at first",
  {
    timeout: 600_000,
  },
  async () => {
    const count = 300_000
    await using database = await startMysql({
      args: ["--binlog-row-metadata=FULL", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"],
    })
    await database.query("CREATE DATABASE e2e")
    await database.query("CREATE TABLE e2e.small (n INT PRIMARY KEY, text VARCHAR(100))")
    await database.query(
      "CREATE PROCEDURE e2e.fill(count INT) BEGIN DECLARE i INT DEFAULT 1; WHILE i <= count DO INSERT INTO e2e.small VALUES (i, REPEAT('x', 100)); SET i = i + 1; END WHILE; END",
    )
    const [start] = await database.query("SELECT @@gtid_executed AS gtids")
    await database.query("CALL e2e.fill(?)", [count])
    for (const from of ["binlog.000001:4", String(start?.["gtids"])]) {
      using folder = createScratchFolder("small")
      const port = await freePort()
      await using server = await startServer({ source: database.url(), port, data: folder.path, from })
      await using client = await connect({ server: `127.0.0.1:${port}`, destination: "example" })
      let last = 0
      let batches = 0
      for await (const batch of client.batches()) {
        for (const change of batch.changes) {
          if (change.kind !== "insert") continue
          last++
          if (change.after["n"] !== last) throw new Error(`something else came where row ${last} was due`)
        }
        batches++
        if (batches < 50) await delay(100)
        await batch.ack()
        if (last === count) break
      }
      expect(last).toBe(count)
      expect(greatestMemory(server)).toBeLessThan(MEMORY_LIMIT)
    }
  },
)
