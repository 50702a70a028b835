import { createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startServer, startWatch } from "./apps.ts"

test.each([
  [undefined, { a: 2, rest: "x".repeat(300) }],
  ["document", { a: 2, rest: "x".repeat(300) }],
  ["diffs", "JSON_REPLACE(j, '$.a', 2)"],
])("an update of which the source logged the changes only is delivered as %s", async (form, expected) => {
  await using database = await startMysql({
    args: ["--binlog-row-metadata=FULL", "--binlog-row-value-options=PARTIAL_JSON"],
  })
  using folder = createScratchFolder("partial-json")
  const port = await freePort()
  await database.query("CREATE DATABASE shop")
  await database.query("CREATE TABLE shop.t (id INT PRIMARY KEY, j JSON)")
  await using _server = await startServer({
    source: database.url(),
    port,
    data: folder.path,
    "partial-json": form,
  })
  await using client = await startWatch({
    server: `127.0.0.1:${port}`,
    destination: "example",
    format: "json",
  })
  await client.line(/connected/)
  await database.query("INSERT INTO shop.t VALUES (1, JSON_OBJECT('a', 1, 'rest', REPEAT('x', 300)))")
  await database.query("UPDATE shop.t SET j = JSON_REPLACE(j, '$.a', 2)")
  const line = await client.line(/"type":"UPDATE"/)
  const text: unknown = JSON.parse(/"data":\[\{"id":"1","j":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? "null")
  expect(typeof expected === "string" ? text : JSON.parse(String(text))).toEqual(expected)
})
