import type { ColumnValue } from "@canal/binlog-protocol"
import { everyType } from "@canal/testbed"
import type { DatabaseServer, Flavor, Random, TypedColumn } from "@canal/testbed"

/** A column whose values are compared with what SELECT shows. */
export type WatchedColumn = Pick<TypedColumn, "name" | "type" | "placeholder" | "selected" | "value">

/** A table of the comparison; the first column is `id`, its key. */
export interface WatchedTable {
  readonly name: string
  readonly columns: readonly WatchedColumn[]
}

/** A table with every type, one with every character set, and one whose documents are changed in parts. */
export async function watchedTables(server: DatabaseServer): Promise<readonly WatchedTable[]> {
  const sets = await server.query(
    "SELECT CHARACTER_SET_NAME AS name FROM information_schema.CHARACTER_SETS ORDER BY 1",
  )
  const names = sets.map(({ name }) => String(name)).filter((name) => name !== "binary")
  return [
    { name: "every", columns: [...everyType(server.flavor), ...laterColumns(server)] },
    { name: "chars", columns: names.map(charsetColumn) },
    { name: "docs", columns: docColumns(server.flavor) },
  ]
}

/** What MariaDB has since 11: vectors, and times up to the year 2106. */
function laterColumns({ flavor, version }: DatabaseServer): readonly WatchedColumn[] {
  if (flavor === "mysql" || Number.parseInt(version) < 11) return []
  return [
    {
      name: "vec",
      type: "VECTOR(3)",
      placeholder: "VEC_FromText(?)",
      selected: "HEX(vec) AS vec",
      value: (random) => `[${random.integer(-9, 9)},${random.integer(-99, 99) / 8},0.5]`,
    },
    ...[0, 6].map((digits) => ({
      name: `late${digits}`,
      type: `TIMESTAMP(${digits}) NULL`,
      placeholder: "?",
      selected: `CAST(late${digits} AS CHAR) AS late${digits}`,
      value: (random: Random) =>
        `${random.integer(2038, 2105)}-0${random.integer(1, 9)}-1${random.integer(0, 9)} 12:34:56`,
    })),
  ]
}

function charsetColumn(charset: string, index: number): WatchedColumn {
  const type = ["VARCHAR(20)", "TEXT", "CHAR(20)"][index % 3] ?? "TEXT"
  return {
    name: charset,
    type: `${type} CHARACTER SET ${charset}`,
    placeholder: `CONVERT(CONVERT(CAST(? AS BINARY) USING utf8mb4) USING ${charset})`,
    selected: `HEX(CONVERT(${charset} USING utf8mb4)) AS ${charset}`,
    // The spaces at the end of a CHAR are not kept.
    value: (random) => textOf(random).trimEnd(),
  }
}

function docColumns(flavor: Flavor): readonly WatchedColumn[] {
  return everyType(flavor)
    .filter(({ type }) => ["VARCHAR(60)", "TEXT", "JSON", "BIGINT UNSIGNED", "BLOB"].includes(type))
    .map((column) => (column.type === "JSON" ? Object.assign(column, { value: documentOf }) : column))
}

function documentOf(random: Random): string {
  const long = random.chance(0.3) ? "l".repeat(400) : ""
  return JSON.stringify({ a: random.integer(-9, 1e6), b: [1, "two", null], c: { d: long }, "k e.y": "v" })
}

/** First and last character of the scripts that the character sets were made for, and of what lies at edges. */
const RANGES: readonly [readonly [number, number], ...(readonly [number, number])[]] = [
  [0x00, 0x7f],
  [0x20, 0x7e],
  [0x80, 0x24f],
  [0x370, 0x52f],
  [0x531, 0x587],
  [0x5d0, 0x6ff],
  [0xe01, 0xe5b],
  [0x10d0, 0x10ff],
  [0x2010, 0x2312],
  [0x2500, 0x25ef],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3],
  [0xe000, 0xe3ff],
  [0xff00, 0xffff],
  [0x1_f300, 0x1_f6ff],
]

function textOf(random: Random): string {
  const [first, last] = random.pick(RANGES)
  const length = random.pick([0, 1, 10])
  const codes = Array.from({ length }, () => random.integer(first, last))
  return String.fromCodePoint(...codes)
}

/** Whether a value is what a SELECT showed, as text, or as a number where the type is a floating point one. */
export function isShown({ type, selected }: WatchedColumn, value: ColumnValue, shown: unknown): boolean {
  if (shown === null) return value === null
  if (typeof shown === "number")
    return type.startsWith("FLOAT") ? Math.fround(Number(value)) === Math.fround(shown) : value === shown
  if (typeof shown !== "string") return false
  if (type === "JSON")
    return JSON.stringify(value, ordered) === JSON.stringify(JSON.parse(fromHex(shown)), ordered)
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString("hex").toUpperCase()
    // The source takes the zero bytes off the end of a BINARY.
    return type.startsWith("BINARY") ? hex === shown.replace(/(?:00)+$/, "") : hex === shown
  }
  if (type === "YEAR") return value === Number(shown)
  if (typeof value === "number" || typeof value === "bigint") return String(value) === shown
  if (typeof value !== "string") return false
  if (selected.startsWith("HEX(CONVERT(")) return value === fromHex(shown)
  if (type.startsWith("ENUM")) return labelsOf(type).indexOf(value) + 1 === Number(shown)
  if (type.startsWith("SET")) return maskOf(labelsOf(type), value) === shown
  if (type.startsWith("TIMESTAMP")) return value.replace("T", " ").replace("Z", "") === shown
  return value === shown
}

function fromHex(shown: string): string {
  return Buffer.from(shown, "hex").toString("utf8")
}

function labelsOf(type: string): readonly string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = ""]) => label.replaceAll("''", "'"))
}

function maskOf(labels: readonly string[], value: string): string {
  const chosen = new Set(value.split(","))
  return String(
    labels.reduce((mask, label, index) => (chosen.has(label) ? mask | (1n << BigInt(index)) : mask), 0n),
  )
}

/** Members in one order whatever order they came in, and integers as `JSON.parse` reads them. */
function ordered(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value)
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
