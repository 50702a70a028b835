import { type Column, decodeUtf8 } from "@canal/protocol"
import { type JsonValue, jsonOf } from "./json.ts"
import { enumReader, labelsOf, setReader } from "./labels.ts"
import { readDouble, readInteger } from "./number.ts"
import { readText } from "./text.ts"

/**
 * A column's value. Integers, BIT and YEAR are a `number` while that is safe, a `bigint` beyond; DECIMAL, dates and times
 * are text; binary columns are bytes; ENUM and SET are labels where the column's type names them, else numbers; JSON is
 * parsed.
 */
export type Value = JsonValue | Uint8Array

/** Reads a value whose text, in UTF-8, lies between two places. The value shares no memory with `bytes`. */
export type ValueReader = (bytes: Buffer, start: number, end: number, sqlType: number) => Value

/** A constant of java.sql.Types: the text is bytes, one character each. */
const BLOB = 2004

const readers = new Map<string, ValueReader>()

/** A column's value from Canal's text. */
export function valueOf({ value, sqlType, mysqlType }: Column): Value {
  if (value === undefined) return null
  const bytes = Buffer.from(value)
  return valueReader(mysqlType)(bytes, 0, bytes.length, sqlType)
}

/** What reads the values of columns of this type. */
export function valueReader(mysqlType: string): ValueReader {
  let read = readers.get(mysqlType)
  if (read === undefined) {
    if (readers.size >= 10_000) readers.clear()
    read = readerFor(mysqlType)
    readers.set(mysqlType, read)
  }
  return read
}

function readerFor(mysqlType: string): ValueReader {
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
      return readDouble
    case "enum":
      return enumReader(labelsOf(mysqlType))
    case "set":
      return setReader(labelsOf(mysqlType))
    case "json":
      return readJson
    default:
      return readTextOrBytes
  }
}

function readTextOrBytes(bytes: Buffer, start: number, end: number, sqlType: number): Value {
  return sqlType === BLOB ? readBytes(bytes, start, end) : readText(bytes, start, end)
}

/** Bytes that were written as one character each, U+0000 to U+00FF. */
function readBytes(bytes: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(Buffer.from(decodeUtf8(bytes, start, end), "latin1"))
}

function readJson(bytes: Buffer, start: number, end: number, sqlType: number): Value {
  const text = decodeUtf8(bytes, start, end)
  return jsonOf(sqlType === BLOB ? Buffer.from(text, "latin1").toString("utf8") : text)
}
