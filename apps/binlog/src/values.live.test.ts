import { readFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import {
  ByteWriter,
  type ColumnHint,
  type ColumnHints,
  type ColumnValue,
  readBinlogFile,
  rowReader,
  type RowsEvent,
  type SpecialType,
  withHint,
} from "@canal/binlog-protocol"
import { canalText } from "@canal/server"
import { type DatabaseServer, type Flavor, startDatabase } from "@canal/testbed"
import { expect, test } from "vitest"
import { rowCells } from "./format/row-cells.ts"

/** A row of a table of the document: a type, a value in SQL, and its two forms. */
interface Documented {
  readonly type: string
  readonly sql: string
  readonly value: string
  readonly text: string
}

/** What MariaDB's table maps do not say. */
const SPECIAL: ReadonlyMap<string, SpecialType> = new Map([
  ["JSON", "json"],
  ["INET4", "inet4"],
  ["INET6", "inet6"],
  ["UUID", "uuid"],
])

const document = readFileSync(new URL("../../../docs/values.md", import.meta.url), "utf8")

/** The rows of the table below a heading. */
function documented(heading: string): readonly Documented[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(heading)) ?? ""
  return section.split("\n").flatMap((line) => {
    const [type, sql, value, text] = [...line.matchAll(/`` (.*?) ``|`([^`]*)`/g)].map(
      (match) => match[1] ?? match[2],
    )
    return type === undefined || sql === undefined || value === undefined || text === undefined
      ? []
      : [{ type, sql, value, text }]
  })
}

test.each<[Flavor, readonly string[]]>([
  ["mysql", ["MySQL and MariaDB", "MySQL alone"]],
  ["mariadb", ["MySQL and MariaDB", "MariaDB alone"]],
])("docs/values.md says what %s's values become", async (flavor, headings) => {
  await using server = await startDatabase(flavor, { args: ["--binlog-row-metadata=FULL"] })
  const rows = headings.flatMap(documented)
  expect(rows.length).toBeGreaterThan(40)
  const event = await insertedRow(server, rows)
  const hints = rows.map(({ type }): ColumnHint => {
    const special = flavor === "mariadb" ? SPECIAL.get(type) : undefined
    return special === undefined ? {} : { special }
  })
  const [image] = rowReader(event.table, hints)(event)
  const texts = canalTexts(event, hints)
  for (const [ordinal, { type, sql, value, text }] of rows.entries())
    expect([type, sql, shown(image?.after?.[ordinal]), JSON.stringify(texts[ordinal])]).toEqual([
      type,
      sql,
      value,
      text,
    ])
})

function shown(value: ColumnValue): string {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString("hex")}'`
  return inspect(value, { breakLength: Infinity, depth: 5 })
}

/** Canal's text of each column of the only row, null for NULL. */
function canalTexts(event: RowsEvent, hints: ColumnHints): readonly (string | null)[] {
  for (const { after } of rowCells(event)) {
    return event.table.columns.map((column, ordinal) => {
      if (after === undefined || after.isNull(ordinal)) return null
      const out = new ByteWriter(64)
      const { writeText } = canalText(withHint(column, hints[ordinal]), () => 0)
      writeText(event.rows, after.start(ordinal), after.end(ordinal), out)
      return out.bytes.toString("utf8", 0, out.length)
    })
  }
  return []
}

/** Inserts all values as one row of a new table; gives its event. */
async function insertedRow(server: DatabaseServer, rows: readonly Documented[]): Promise<RowsEvent> {
  await server.query("SET sql_mode='', time_zone='+00:00'")
  await server.query("CREATE DATABASE documented")
  const columns = rows.map(
    ({ type }, index) => `c${index} ${type}${type.startsWith("TIMESTAMP") ? " NULL" : ""}`,
  )
  await server.query(`CREATE TABLE documented.t (${columns.join(", ")})`)
  await server.query("FLUSH BINARY LOGS")
  await server.query(`INSERT INTO documented.t VALUES (${rows.map(({ sql }) => sql).join(", ")})`)
  const [status] = await server.query(
    server.flavor === "mysql" ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS",
  )
  for await (const events of readBinlogFile(join(server.dataDir, String(status?.["File"])))) {
    for (const event of events) if (event.type === "rows") return event
  }
  throw new Error("the binlog holds no rows")
}
