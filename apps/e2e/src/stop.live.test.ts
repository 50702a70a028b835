import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startConsumer, startServer } from "./apps.ts"

test("a server needs nothing but a source, and SIGTERM flushes the cursors", async () => {
  await using database = await startMysql()
  using folder = createScratchFolder("stop")
  const port = await freePort()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
  const server = await startServer({ source: database.url(), port }, { folder: folder.path })
  await using client = await startConsumer(port)
  await client.line(/^connected/)
  for (let n = 1; n <= 20; n++) await database.query("INSERT INTO e2e.changes VALUES (?)", [n])
  await client.line(/^acknowledged 20$/)
  const [status] = await database.query("SHOW BINARY LOG STATUS")

  expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
  const stored = readFileSync(join(folder.path, "data", "example", "meta.dat"), "utf8")
  const xidLength = 31
  expect(stored).toContain(
    `"journalName":"${String(status?.["File"])}","position":${Number(status?.["Position"]) - xidLength},`,
  )

  await using again = await startServer({ source: database.url(), port }, { folder: folder.path })
  await database.query("INSERT INTO e2e.changes VALUES (21)")
  await client.line(/^acknowledged 21$/)
  expect(client.stdout.filter((line) => line.startsWith("change"))).toEqual(
    Array.from({ length: 21 }, (_, i) => `change ${i + 1}`),
  )
  expect(again.exit).toBeUndefined()
})

test("a stop that cannot write the cursors says so in one line", async () => {
  await using database = await startMysql()
  using folder = createScratchFolder("unwritten")
  const port = await freePort()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
  const server = await startServer({ source: database.url(), port }, { folder: folder.path })
  await using client = await startConsumer(port)
  await client.line(/^connected/)
  rmSync(join(folder.path, "data"), { recursive: true })
  await database.query("INSERT INTO e2e.changes VALUES (1)")
  await client.line(/^acknowledged 1$/)
  await client.terminate()
  expect(await server.terminate()).toEqual({ code: 1, signal: undefined })
  expect(server.stderr.at(-1)).toMatch(/^canal-server: .*meta\.dat was not written: ENOENT/)
})
