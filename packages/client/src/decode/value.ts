import { type Column, decodeUtf8 } from "@canal/protocol"
import { type JsonValue, jsonOf } from "./json.ts"
import { readJsonText } from "./json-reader.ts"
import { enumLabels, type LabelOf, labelsOf, setLabels } from "./labels.ts"
import { type Integer, readDouble, readInteger } from "./number.ts"
import {
  READS_BYTES,
  READS_DOUBLE,
  READS_FOREIGN,
  READS_INTEGER,
  READS_JSON,
  READS_LABEL,
  READS_TEXT,
} from "./row-layout.ts"
import { readText } from "./text.ts"

/**
 * A column's value. Integers, BIT and YEAR are a `number` while that is safe, a `bigint` beyond; DECIMAL, dates and times
 * are text; binary columns are bytes; ENUM and SET are labels where the column's type names them, else numbers; JSON is
 * parsed.
 */
export type Value = JsonValue | Uint8Array

/** What a column holds, as far as its values are read differently. */
export interface ValueType {
  readonly kind: "integer" | "double" | "text" | "json" | "labels"
  /** What the number of a label, or of a set of them, stands for. */
  readonly labelOf: LabelOf
}

/** A constant of java.sql.Types: the text is bytes, one character each. */
const BLOB = 2004

const types = new Map<string, ValueType>()

/** A column's value from Canal's text. */
export function valueOf({ value, sqlType, mysqlType }: Column): Value {
  if (value === undefined) return null
  const bytes = Buffer.from(value)
  return readValue(valueType(mysqlType), bytes, 0, bytes.length, sqlType)
}

/**
 * Reads a value whose text, in UTF-8, lies between two places. It shares no memory with `bytes`. Readers are called by their
 * names, so that the engine knows them where it compiles the loop over a row's columns.
 */
export function readValue(
  type: ValueType,
  bytes: Buffer,
  start: number,
  end: number,
  sqlType: number,
): Value {
  switch (type.kind) {
    case "integer":
      return readInteger(bytes, start, end)
    case "text":
      return sqlType === BLOB ? readBytes(bytes, start, end) : readText(bytes, start, end)
    case "double":
      return readDouble(bytes, start, end)
    case "json":
      return readJson(bytes, start, end, sqlType)
    default:
      return type.labelOf(readInteger(bytes, start, end))
  }
}

/** What columns of this type hold. */
export function valueType(mysqlType: string): ValueType {
  let type = types.get(mysqlType)
  if (type === undefined) {
    if (types.size >= 10_000) types.clear()
    type = typeOf(mysqlType)
    types.set(mysqlType, type)
  }
  return type
}

function typeOf(mysqlType: string): ValueType {
  const labelOf = sameInteger
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
      return { kind: "integer", labelOf }
    case "float":
    case "double":
    case "real":
      return { kind: "double", labelOf }
    case "enum":
      return { kind: "labels", labelOf: enumLabels(labelsOf(mysqlType)) }
    case "set":
      return { kind: "labels", labelOf: setLabels(labelsOf(mysqlType)) }
    case "json":
      return { kind: "json", labelOf }
    default:
      return { kind: "text", labelOf }
  }
}

function sameInteger(number: Integer): Integer {
  return number
}

/** How WebAssembly reads these values: a number of row-layout.ts. */
export function readsOf({ kind }: ValueType, sqlType: number): number {
  if (kind === "text") return sqlType === BLOB ? READS_BYTES : READS_TEXT
  if (kind === "integer") return READS_INTEGER
  if (kind === "double") return READS_DOUBLE
  if (kind === "labels") return READS_LABEL
  return sqlType === BLOB ? READS_FOREIGN : READS_JSON
}

/** Room for the bytes of a value that is not large. */
const room = new Uint8Array(4096)

/** Bytes that were written as one character each, U+0000 to U+00FF. */
function readBytes(bytes: Buffer, start: number, end: number): Uint8Array {
  const count = end - start > room.length ? -1 : putBytes(bytes, start, end)
  if (count >= 0) return room.slice(0, count)
  return new Uint8Array(Buffer.from(decodeUtf8(bytes, start, end), "latin1"))
}

/** Puts the characters into the room. @returns how many; -1 where one of them is beyond U+00FF, or not whole */
function putBytes(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) {
    let byte = bytes[at] ?? 0
    if (byte > 0x7f) {
      const next = ++at < end ? (bytes[at] ?? 0) : 0
      if ((byte & 0xfe) !== 0xc2 || (next & 0xc0) !== 0x80) return -1
      byte = ((byte & 3) << 6) | (next & 0x3f)
    }
    room[count++] = byte
  }
  return count
}

function readJson(bytes: Buffer, start: number, end: number, sqlType: number): Value {
  if (sqlType !== BLOB) return readJsonText(bytes, start, end)
  return jsonOf(Buffer.from(decodeUtf8(bytes, start, end), "latin1").toString("utf8"))
}
