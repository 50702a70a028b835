import type { Column } from "@canal/protocol"

/** A value of JSON whose integers beyond 2^53 stay exact. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/**
 * A column's value. Integers, BIT and YEAR are a `number` while that is safe, a `bigint` beyond; DECIMAL, dates and times
 * are text; binary columns are bytes; ENUM and SET are labels where the column's type names them, else numbers; JSON is
 * parsed.
 */
export type Value = JsonValue | Uint8Array

/** A constant of java.sql.Types. */
const BLOB = 2004

/** Reads the text of one column's values. */
type Reader = (text: string) => Value

const readers = new Map<string, Reader>()

/** A column's value from Canal's text. */
export function valueOf(column: Column): Value {
  if (column.value === undefined) return null
  const key = `${column.sqlType} ${column.mysqlType}`
  let read = readers.get(key)
  if (read === undefined) {
    if (readers.size >= 10_000) readers.clear()
    read = readerFor(column.sqlType, column.mysqlType)
    readers.set(key, read)
  }
  return read(column.value)
}

function readerFor(sqlType: number, mysqlType: string): Reader {
  switch (/^\w*/.exec(mysqlType)?.[0].toLowerCase()) {
    case "tinyint":
    case "smallint":
    case "mediumint":
    case "int":
    case "integer":
    case "bigint":
    case "bool":
    case "boolean":
    case "serial":
    case "bit":
    case "year":
      return readInteger
    case "float":
    case "double":
    case "real":
      return Number
    case "enum":
      return enumReader(labelsOf(mysqlType))
    case "set":
      return setReader(labelsOf(mysqlType))
    case "json":
      return sqlType === BLOB ? (text) => readJson(Buffer.from(text, "latin1").toString("utf8")) : readJson
    default:
      return sqlType === BLOB ? readBytes : readText
  }
}

const readText: Reader = (text) => text
const readBytes: Reader = (text) => new Uint8Array(Buffer.from(text, "latin1"))

function readInteger(text: string): Value {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  return /^-?\d+$/.test(text) ? BigInt(text) : text
}

/** A partial update that Canal could only show as a call, `JSON_REPLACE(…)`, stays text. */
function readJson(text: string): Value {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function parseJson(text: string): JsonValue {
  const value: unknown = JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context?.source ?? value)
      : value,
  )
  return asJson(value)
}

/** What JSON.parse returns has this type by its nature. */
function asJson(value: unknown): JsonValue
function asJson(value: unknown): unknown {
  return value
}

function enumReader(labels: readonly string[]): Reader {
  return (text) => {
    const index = Number(text)
    if (index === 0) return ""
    return labels[index - 1] ?? readInteger(text)
  }
}

function setReader(labels: readonly string[]): Reader {
  return (text) => {
    if (labels.length === 0 || !/^\d+$/.test(text)) return readInteger(text)
    const mask = BigInt(text)
    if (mask >> BigInt(labels.length) !== 0n) return readInteger(text)
    return labels.filter((_, bit) => (mask >> BigInt(bit)) & 1n).join(",")
  }
}

/** The labels in `enum('a','it''s')`. */
function labelsOf(mysqlType: string): readonly string[] {
  return [...mysqlType.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, label = ""]) =>
    label.replaceAll("''", "'").replaceAll(/\\(.)/gs, "$1"),
  )
}
