import { changes } from "@canal/parser"
import type { FileStart } from "@canal/parser"
import { decodeEntry, decodeRowChange } from "@canal/protocol"
import type { Column } from "@canal/protocol"
import { createRandom, everyType, startDatabase } from "@canal/testbed"
import type { DatabaseServer, Random, TypedColumn } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createEncoder } from "./encode/encoder.ts"

const ROWS = 2000
const ROWS_AT_ONCE = 25
const SEED = 20_261_123

/** The rows of a table as the last entries about each left them: columns by the row's id. */
type Rows = ReadonlyMap<string, readonly Column[]>

describe.each([
  { flavor: "mysql", metadata: ["FULL", "MINIMAL"] },
  { flavor: "mariadb", metadata: ["FULL", "MINIMAL", "NO_LOG"] },
] as const)("$flavor", ({ flavor, metadata }) => {
  const columns = everyType(flavor)
  const described = new Map<string, unknown>()
  let server: DatabaseServer

  beforeAll(async () => {
    server = await startDatabase(flavor)
    await server.query("CREATE DATABASE every")
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test.each(metadata)(
    "random values of every type arrive as SELECT shows them, with %s metadata",
    async (level) => {
      const from = await prepare(server, level, columns)
      await writeRows(server, columns, createRandom(SEED))
      const rows = await readRows(server, from)
      expect(rows.size).toBe(ROWS)
      await compareWithSelect(server, columns, rows)
      // Whatever the metadata, columns look alike.
      const [first = []] = rows.values()
      for (const { name, isKey, mysqlType } of first) {
        described.set(name, described.get(name) ?? { isKey, mysqlType: bareType(mysqlType) })
        expect({ isKey, mysqlType: bareType(mysqlType) }, `${name} with ${level}`).toEqual(
          described.get(name),
        )
      }
    },
  )
})

/** Makes an empty table and answers where in the binlog its rows will follow. */
async function prepare(
  server: DatabaseServer,
  level: string,
  columns: readonly TypedColumn[],
): Promise<FileStart> {
  await server.query(`SET GLOBAL binlog_row_metadata=${level}`)
  await server.query("DROP TABLE IF EXISTS every.t, every.done")
  await server.query("SET sql_mode=''")
  const definitions = columns.map(({ name, type }) => `${name} ${type}`).join(", ")
  await server.query(`CREATE TABLE every.t (id INT PRIMARY KEY, ${definitions})`)
  await server.query("CREATE TABLE every.done (id INT PRIMARY KEY)")
  const [status] = await server.query(
    server.flavor === "mysql" ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS",
  )
  return { file: String(status?.["File"]), offset: Number(status?.["Position"]), included: true }
}

/** Inserts the rows, then writes other values into a part of them, so that updates come too. */
async function writeRows(
  server: DatabaseServer,
  columns: readonly TypedColumn[],
  random: Random,
): Promise<void> {
  const connection = await server.connect()
  await connection.query("SET sql_mode='', time_zone='+00:00'")
  const valueOf = (column: TypedColumn): string | number | Buffer | null =>
    random.integer(0, 11) === 0 ? null : column.value(random)
  const row = `(?,${columns.map(({ placeholder }) => placeholder).join(",")})`
  const insert = `INSERT INTO every.t VALUES ${Array.from({ length: ROWS_AT_ONCE }, () => row).join(",")}`
  for (let id = 0; id < ROWS; id += ROWS_AT_ONCE) {
    const values = Array.from({ length: ROWS_AT_ONCE }, (_, index) => [id + index, ...columns.map(valueOf)])
    await connection.execute(insert, values.flat())
  }
  for (let change = 0; change < columns.length * 3; change++) {
    const column = columns[change % columns.length]
    if (column === undefined) continue
    const update = `UPDATE every.t SET ${column.name}=${column.placeholder} WHERE id%?=?`
    await connection.execute(update, [valueOf(column), 250, random.integer(0, 249)])
  }
  await connection.query("INSERT INTO every.done VALUES (1)")
  await connection.end()
}

/** Follows the source from there until the row that says that all is written. */
async function readRows(server: DatabaseServer, from: FileStart): Promise<Rows> {
  const rows = new Map<string, readonly Column[]>()
  const encoder = createEncoder()
  const stop = new AbortController()
  for await (const batch of changes({ host: server.host, port: server.port, ...server.replication }, from, {
    signal: stop.signal,
  })) {
    for (const { bytes } of encoder.encode(batch)) {
      const { header, entryType, storeValue } = decodeEntry(bytes)
      if (entryType !== "ROWDATA" || header.schemaName !== "every") continue
      if (header.tableName === "done") {
        stop.abort()
        return rows
      }
      for (const { beforeColumns, afterColumns } of decodeRowChange(storeValue).rowDatas) {
        const id = afterColumns[0]?.value ?? ""
        if (beforeColumns.length > 0) expect(textsOf(beforeColumns)).toBe(textsOf(rows.get(id) ?? []))
        rows.set(id, afterColumns)
      }
    }
  }
  throw new Error("The changes ended before the last row")
}

function textsOf(columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ value = null }) => value))
}

async function compareWithSelect(
  server: DatabaseServer,
  columns: readonly TypedColumn[],
  rows: Rows,
): Promise<void> {
  const connection = await server.connect()
  await connection.query("SET time_zone='+00:00'")
  const select = `SELECT id,${columns.map(({ selected }) => selected).join(",")} FROM every.t WHERE id>=? AND id<?`
  for (let id = 0; id < ROWS; id += 100) {
    const [selected] = await connection.execute({ sql: select, rowsAsArray: true }, [id, id + 100])
    if (!Array.isArray(selected)) throw new TypeError("A SELECT gave no rows")
    for (const row of selected) {
      if (!Array.isArray(row)) throw new TypeError("A row is no array")
      const cells: readonly unknown[] = row
      const rowId = String(cells[0])
      const found = rows.get(rowId) ?? []
      expect(found.length).toBe(columns.length + 1)
      for (const [index, column] of columns.entries()) {
        const shown = cells[index + 1]
        const text = found[index + 1]?.value
        // A matcher for each of the many values would take most of the test's time.
        if (!isSame(text, shown, column))
          expect.fail(`${column.type} of row ${rowId} is ${text}, but SELECT shows ${String(shown)}`)
      }
    }
  }
  await connection.end()
}

/** Whether an entry's text is the value that a SELECT showed. */
function isSame(text: string | undefined, shown: unknown, column: TypedColumn): boolean {
  if (shown === null || text === undefined) return shown === null && text === undefined
  if (typeof shown === "string") return text === column.entryText(shown)
  return (column.type.startsWith("FLOAT") ? Math.fround(Number(text)) : Number(text)) === shown
}

/** Without what the row metadata does not say. */
function bareType(type: string): string {
  return type
    .replace(/^((?:tiny|small|medium|big)?int|year|float|double)\([\d,]+\)/, "$1")
    .replace(" zerofill", "")
}
