import { join } from "node:path"
import { startDatabase } from "@canal/testbed"
import type { DatabaseServer, Flavor } from "@canal/testbed"
import { describe, expect, test } from "vitest"
import { readBinlogFile } from "../file/read-binlog-file.ts"
import type { RowsEvent } from "../event/rows.ts"
import { rowReader } from "../rows/row-reader.ts"
import type { ColumnValue } from "../value/column-codec.ts"
import { parsePath } from "../value/json-path.ts"
import type { PathLeg } from "../value/json-path.ts"
import { PartialJson } from "../value/parsed-json.ts"
import { seededRandom } from "./column-cases.ts"

type Random = ReturnType<typeof seededRandom>
type Row = readonly ColumnValue[]

const STATEMENTS = 120
const COLUMNS = "id, v, t, j, n, b"
const HINTS = [{}, { collation: 45 }, { collation: 45 }, { collation: 45 }, {}, {}]

/** Settings of a session, or of the server where they begin with `GLOBAL`. */
const MYSQL_SETTINGS = combinations([
  ["binlog_row_image='FULL'", "binlog_row_image='MINIMAL'", "binlog_row_image='NOBLOB'"],
  ["binlog_row_value_options=''", "binlog_row_value_options='PARTIAL_JSON'"],
  ["binlog_transaction_compression=OFF", "binlog_transaction_compression=ON"],
])
const MARIADB_SETTINGS = combinations([
  ["binlog_row_image='FULL'", "binlog_row_image='MINIMAL'", "binlog_row_image='NOBLOB'"],
  ["GLOBAL log_bin_compress=OFF", "GLOBAL log_bin_compress=ON"],
])
const CHECKSUMS = ["GLOBAL binlog_checksum=NONE", "GLOBAL binlog_checksum=CRC32"]

describe.each<[Flavor, readonly (readonly string[])[], readonly string[]]>([
  ["mysql", MYSQL_SETTINGS, ["--binlog-row-metadata=FULL"]],
  ["mariadb", MARIADB_SETTINGS, ["--binlog-row-metadata=FULL", "--log-bin-compress-min-len=10"]],
])("%s", (flavor, settings, args) => {
  const seed = Date.now() & 0x7fff_ffff

  test(`what the changes leave is what SELECT shows, whatever form they have (seed ${seed})`, async () => {
    await using server = await startDatabase(flavor, { args: [...args] })
    const random = seededRandom(seed)
    await server.query("CREATE DATABASE d")
    for (const [index, chosen] of settings.entries()) {
      const all = [...chosen, CHECKSUMS[index % 2] ?? ""]
      const expected = await work(server, all, random)
      expect([all, await replayed(server)]).toEqual([all, expected])
    }
  })
})

test("a large compressed transaction comes in many arrays of bounded size", async () => {
  await using server = await startDatabase("mysql", { args: ["--binlog-transaction-compression=ON"] })
  await server.query("CREATE DATABASE d")
  await server.query("CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(2000))")
  await server.query("SET SESSION cte_max_recursion_depth = 100000")
  await server.query(
    "INSERT INTO d.t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, REPEAT(UUID(), 30) FROM n",
  )
  let rows = 0
  let greatest = 0
  const logs = await server.query("SHOW BINARY LOGS")
  const path = join(server.dataDir, String(logs.at(-1)?.["Log_name"]))
  for await (const events of readBinlogFile(path)) {
    let bytes = 0
    for (const event of events)
      if (event.type === "rows") {
        bytes += event.rows.length
        rows += rowReader(event.table)(event).length
      }
    greatest = Math.max(greatest, bytes)
  }
  expect(rows).toBe(20_000)
  expect(greatest).toBeLessThan(512 * 1024)
})

function combinations(choices: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return choices.reduce<readonly (readonly string[])[]>(
    (made, options) => made.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  )
}

/** Fills a new table behind a new binlog file and changes it at random; gives what SELECT shows at the end. */
async function work(
  server: DatabaseServer,
  settings: readonly string[],
  random: Random,
): Promise<readonly Row[]> {
  const connection = await server.connect({
    rowsAsArray: true,
    typeCast: (field, next) => (field.name === "j" ? field.string("utf8") : next()),
  })
  try {
    for (const setting of settings)
      await connection.query(setting.startsWith("GLOBAL") ? `SET ${setting}` : `SET SESSION ${setting}`)
    await connection.query("DROP TABLE IF EXISTS d.t")
    await connection.query("FLUSH BINARY LOGS")
    await connection.query(
      "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(40), t TEXT, j JSON, n BIGINT UNSIGNED, b BLOB)",
    )
    for (let i = 0; i < STATEMENTS; i++) {
      if (i % 10 === 0) await connection.query("BEGIN")
      await connection.query(statement(i, random))
      if (i % 10 === 9) await connection.query("COMMIT")
    }
    await connection.query("COMMIT")
    const [rows] = await connection.query(`SELECT ${COLUMNS} FROM d.t ORDER BY id`)
    if (!Array.isArray(rows)) throw new TypeError("SELECT gave no rows")
    return rows.map((row: unknown) => (Array.isArray(row) ? row.map(shown) : []))
  } finally {
    await connection.end()
  }
}

function statement(index: number, random: Random): string {
  const id = random.below(40)
  const text = `'${String.fromCharCode(97 + random.below(26)).repeat(random.below(300))}é'`
  const short = `'${"xyz".repeat(random.below(10))}'`
  const path = ["$.a", "$.b[1]", "$.c.d", '$."k e.y"', "$.b[last]", "$.a[0]"][random.below(6)]
  const value = ["1", "-70000", "'text'", "NULL", "0.5e0", "CAST('[1, {\"x\": 2}]' AS JSON)"][random.below(5)]
  switch (random.below(8)) {
    case 0:
    case 1: {
      const json = `{"a": ${index}, "b": [1, "two", null], "c": {"d": ${index % 3 === 0 ? `"${"l".repeat(400)}"` : "true"}}, "k e.y": "v"}`
      return `REPLACE INTO d.t VALUES (${id}, ${short}, ${text}, '${json}', ${index}, x'00ff${index % 10}0')`
    }
    case 2:
      return `UPDATE d.t SET j = JSON_SET(j, '${path}', ${value}) WHERE id >= ${id}`
    case 3:
      return `UPDATE d.t SET j = JSON_REMOVE(j, '${path}'), n = n + 1 WHERE id >= ${id}`
    case 4:
      return `UPDATE d.t SET j = JSON_ARRAY_INSERT(j, '$.b[0]', ${value}), v = ${short} WHERE id <= ${id}`
    case 5:
      return `UPDATE d.t SET t = ${text}, b = NULL WHERE id = ${id}`
    case 6:
      return `UPDATE d.t SET j = JSON_REPLACE(j, '$.a', ${value}, '$.c', ${value}), n = NULL WHERE id <= ${id}`
    default:
      return `DELETE FROM d.t WHERE id = ${id}`
  }
}

/** What the rows in the last binlog files leave. */
async function replayed(server: DatabaseServer): Promise<readonly Row[]> {
  const logs = await server.query("SHOW BINARY LOGS")
  const table = new Map<number, Row>()
  const file = String(logs.at(-1)?.["Log_name"])
  for await (const events of readBinlogFile(join(server.dataDir, file)))
    for (const event of events) if (event.type === "rows") replay(event, table)
  return [...table.values()].sort((a, b) => Number(a[0]) - Number(b[0])).map((row) => row.map(shown))
}

function replay(event: RowsEvent, table: Map<number, Row>): void {
  for (const { before, after } of rowReader(event.table, HINTS)(event)) {
    const id = Number(before?.[0] ?? after?.[0])
    const old = table.get(id)
    for (const [ordinal, value] of (before ?? []).entries())
      if (value !== undefined && old !== undefined) expect(shown(value)).toEqual(shown(old[ordinal]))
    table.delete(id)
    if (after === undefined) continue
    const row = after.map((value, ordinal) => {
      // Where an image has no value, an update leaves the one before, and an insert the default.
      const kept = old?.[ordinal]
      if (value instanceof PartialJson) return patched(kept, value)
      return value === undefined ? (kept ?? null) : value
    })
    table.set(Number(row[0]), row)
  }
}

/** A value in a form in which those of SELECT and those of rows can be compared. */
function shown(value: unknown, ordinal?: number): ColumnValue {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return Buffer.from(value).toString("hex")
  if (typeof value === "object") return JSON.stringify(value, sorted)
  if (ordinal === 3 && typeof value === "string") return JSON.stringify(JSON.parse(value), sorted)
  return typeof value === "string" ? value : `${Number(value)}`
}

/** Members in one order, whatever order they came in. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The document with the changes made, by another road than that of the decoder. */
function patched(document: ColumnValue, { diffs }: PartialJson): ColumnValue {
  // A document that was changed so before is kept as text.
  const before: unknown = typeof document === "string" ? JSON.parse(document) : structuredClone(document)
  const root = { value: before }
  for (const { operation, path, value } of diffs) {
    const legs = parsePath(path)
    const last = legs.at(-1)
    let parent: unknown = root.value
    for (const leg of legs.slice(0, -1)) parent = member(parent, leg)
    if (last === undefined) root.value = value
    else if (Array.isArray(parent))
      parent.splice(Number(last), operation === "insert" ? 0 : 1, ...(operation === "remove" ? [] : [value]))
    else if (typeof parent !== "object" || parent === null) throw new TypeError(`${path} leads nowhere`)
    else if (operation === "remove") Reflect.deleteProperty(parent, last)
    else Reflect.set(parent, last, value)
  }
  return JSON.stringify(root.value, sorted)
}

function member(value: unknown, leg: PathLeg): unknown {
  if (Array.isArray(value)) return value.at(Number(leg))
  return typeof value === "object" && value !== null ? Reflect.get(value, leg) : undefined
}
