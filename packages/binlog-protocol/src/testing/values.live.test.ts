import { join } from "node:path"
import { startDatabase } from "@canal/testbed"
import type { DatabaseServer, Flavor } from "@canal/testbed"
import { describe, expect, test } from "vitest"
import { readBinlogFile } from "../file/read-binlog-file.ts"
import type { RowsEvent } from "../event/rows.ts"
import { ABSENT, createImageLayout, scanImage } from "../rows/image.ts"
import { rowReader } from "../rows/row-reader.ts"
import { columnCodec } from "../value/codecs.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import { charsetOf } from "../value/charset.ts"
import { charsetOfCollation } from "../value/collation.ts"
import { MARIADB_CASES, MYSQL_CASES, seededRandom, SHARED_CASES } from "./column-cases.ts"
import type { ColumnCase } from "./column-cases.ts"
import { textOf } from "./columns.ts"

const ROWS = 2000
const BATCH = 100

/** Times with their fraction digits as a hint, since MariaDB's old formats do not say them. */
const OLD_TIMES = [...MARIADB_CASES, ...SHARED_CASES].flatMap((one): ColumnCase[] => {
  const [, digits = "0"] = /^(?:TIME|DATETIME|TIMESTAMP)(?:\((\d)\))?(?: |$)/.exec(one.type) ?? [
    undefined,
    "",
  ]
  return digits === "" ? [] : [{ ...one, hint: { ...one.hint, oldFraction: Number(digits) } }]
})

describe.each<[string, Flavor, readonly ColumnCase[], readonly string[]]>([
  ["mysql", "mysql", [...MYSQL_CASES, ...SHARED_CASES], []],
  ["mariadb", "mariadb", [...MARIADB_CASES, ...SHARED_CASES], []],
  ["mariadb with old times", "mariadb", OLD_TIMES, ["--mysql56-temporal-format=OFF"]],
])("%s", (_, flavor, cases, args) => {
  const seed = Date.now() & 0x7fff_ffff

  test(`random rows of every type are what SELECT shows (seed ${seed})`, async () => {
    await using server = await startDatabase(flavor, { args: ["--binlog-row-metadata=FULL", ...args] })
    expect(cases.length).toBeGreaterThan(5)
    const expected = await fill(server, cases, seed)
    const events = await rowsEvents(server)
    const hints = [{}, ...cases.map(({ hint }) => hint ?? {})]
    let rows = 0
    for (const event of events) {
      const texts = readTexts(
        event,
        event.table.columns.map((column, ordinal) => columnCodec(column, hints[ordinal])),
      )
      const values = rowReader(event.table, hints)(event)
      for (const [index, row] of texts.entries()) {
        const shown = expected[Number(row[0])] ?? []
        for (const [position, { name, type, hex }] of cases.entries()) {
          const bytes = row[position + 1]
          const text = bytes?.toString(hex === undefined ? "utf8" : "hex") ?? null
          const want = shown[position] ?? null
          expect([name, text]).toEqual([name, hex === undefined ? want : (want?.toLowerCase() ?? null)])
          expect([name, agrees(values[index]?.after?.[position + 1], text, type)]).toEqual([name, true])
        }
        rows++
      }
    }
    expect(rows).toBe(ROWS)
  })
})

test.each(["mysql", "mariadb"] as const)(
  "every collation of %s belongs to the character set that the server says, and every character is read as by the server",
  async (flavor) => {
    await using server = await startDatabase(flavor)
    const sql =
      flavor === "mysql"
        ? "SELECT ID AS id, CHARACTER_SET_NAME AS name FROM information_schema.COLLATIONS"
        : "SELECT ID AS id, CHARACTER_SET_NAME AS name FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
    const rows = await server.query(sql)
    expect(rows.length).toBeGreaterThan(200)
    const wrong = rows.filter(({ id, name }) => charsetOfCollation(Number(id)) !== name)
    expect(wrong).toEqual([])
    const idOf = new Map(rows.map(({ id, name }) => [String(name), Number(id)]))
    idOf.delete("binary")
    expect(idOf.size).toBeGreaterThan(38)
    for (const [name, id] of idOf) expect([name, await misread(server, name, id)]).toEqual([name, []])
  },
)

const CHARACTERS_AT_ONCE = 4096

/** The characters that read otherwise than by the server from what it writes for them in a character set. */
async function misread(
  server: DatabaseServer,
  charset: string,
  collation: number,
): Promise<readonly string[]> {
  const known = charsetOf(collation)
  const wrong: string[] = []
  for (let from = 0; from < 0x2_0000; from += CHARACTERS_AT_ONCE) {
    const codes = Array.from({ length: CHARACTERS_AT_ONCE }, (_, index) => from + index)
    const text = String.fromCodePoint(...codes.filter((code) => code < 0xd800 || code > 0xdfff))
    if (text === "") continue
    const converted = `CONVERT(CONVERT(x'${Buffer.from(text).toString("hex")}' USING utf8mb4) USING ${charset})`
    const [row] = await server.query(
      `SELECT HEX(${converted}) AS bytes, HEX(CONVERT(${converted} USING utf8mb4)) AS text`,
    )
    const bytes = Buffer.from(String(row?.["bytes"]), "hex")
    const read = Array.from(known.decode(bytes, 0, bytes.length))
    for (const [index, character] of Array.from(fromHex(row?.["text"])).entries())
      if (read[index] !== character) wrong.push(character)
  }
  return wrong
}

function fromHex(text: unknown): string {
  return Buffer.from(String(text), "hex").toString("utf8")
}

/** Fills a new table behind a new binlog file; gives what SELECT shows of each row by its id, as text. */
async function fill(
  server: DatabaseServer,
  cases: readonly ColumnCase[],
  seed: number,
): Promise<readonly (readonly (string | null)[])[]> {
  const random = seededRandom(seed)
  const connection = await server.connect({
    rowsAsArray: true,
    typeCast: (field) => (field.type === "JSON" ? field.string("utf8") : field.string()),
  })
  try {
    await connection.query("SET time_zone = '+00:00', sql_mode = ''")
    await connection.query("CREATE DATABASE random")
    await connection.query("FLUSH BINARY LOGS")
    const columns = cases.map(({ name, type }) => `${name} ${type}`).join(", ")
    await connection.query(`CREATE TABLE random.rows_of (id INT PRIMARY KEY, ${columns})`)
    for (let from = 0; from < ROWS; from += BATCH) {
      const rows = Array.from({ length: BATCH }, (_, index) => {
        const literals = cases.map(({ literal }) => (random.below(12) === 0 ? "NULL" : literal(random)))
        return `(${[from + index, ...literals].join(",")})`
      })
      await connection.query(`INSERT IGNORE INTO random.rows_of VALUES ${rows.join(",")}`)
    }
    const select = cases.map(({ name, hex }) => hex ?? name).join(", ")
    const [result] = await connection.query(`SELECT ${select} FROM random.rows_of ORDER BY id`)
    if (!Array.isArray(result)) throw new TypeError("SELECT gave no rows")
    return result.map((row: unknown) => (Array.isArray(row) ? row.map(asText) : []))
  } finally {
    await connection.end()
  }
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null
}

async function rowsEvents(server: DatabaseServer): Promise<readonly RowsEvent[]> {
  const logs = await server.query("SHOW BINARY LOGS")
  const file = String(logs.at(-1)?.["Log_name"])
  const found: RowsEvent[] = []
  for await (const events of readBinlogFile(join(server.dataDir, file)))
    for (const event of events) if (event.type === "rows") found.push(event)
  return found
}

/** The text form of each value, by row; `undefined` for NULL. */
function readTexts(event: RowsEvent, codecs: readonly ColumnCodec[]): (Buffer | undefined)[][] {
  const layout = createImageLayout(codecs, event.afterColumns ?? Buffer.alloc(0))
  const starts = new Int32Array(codecs.length)
  const ends = new Int32Array(codecs.length)
  const rows: (Buffer | undefined)[][] = []
  for (let position = 0; position < event.rows.length;) {
    position = scanImage(layout, event.rows, position, starts, ends)
    rows.push(
      codecs.map((codec, ordinal) => {
        const start = starts[ordinal] ?? ABSENT
        return start < 0 ? undefined : textOf(codec, event.rows, start, ends[ordinal] ?? start)
      }),
    )
  }
  return rows
}

/** Whether the JavaScript value says what the text says; bits are shown in hexadecimal. */
function agrees(value: ColumnValue, text: string | null, type: string): boolean {
  // A JSON document can be `null` and still not be NULL.
  if (value === null) return text === null || text === "null"
  if (value === undefined || text === null) return false
  if (typeof value === "bigint") return String(value) === text || BigInt(`0x${text}`) === value
  if (typeof value === "number" && type === "FLOAT") return isNear(value, Number(text))
  if (typeof value === "number") return Number(text) === value || Number(`0x${text}`) === value
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex") === text
  if (typeof value === "string" && (value === text || value.replace("T", " ").replace("Z", "") === text))
    return true
  return JSON.stringify(value, roundInteger) === JSON.stringify(JSON.parse(text))
}

/** As `JSON.parse` reads integers. */
function roundInteger(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value
}

/** A FLOAT is shown in six digits, but its value is exact. */
function isNear(value: number, shown: number): boolean {
  return Math.abs(value - shown) <= Math.abs(value) * 5e-6
}
