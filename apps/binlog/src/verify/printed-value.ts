import {
  ByteWriter,
  type Column,
  type ColumnCodec,
  columnCodec,
  ColumnType,
  type ColumnValue,
  PartialJson,
} from "@canal/binlog-protocol"

/*
 * How mysqlbinlog and mariadb-binlog print values (MySQL `log_event_print_value`), which differs from MySQL's text. Our
 * value is brought into their form, never theirs into ours, so that nothing of what they print is thrown away. Bytes
 * are written as the characters of the same numbers.
 *
 * integers    signed, and where negative the unsigned number behind: `-1 (255)`; the programs do not know which is meant
 * DECIMAL     as MySQL's text · FLOAT as `%-20g`, DOUBLE as `%-.20g` of C, spaces at the end taken off
 * YEAR        the stored byte and 1900: the year 0000 is 1900
 * DATE        `'2026:11:22'` · TIME, DATETIME as MySQL's text in quotes · TIMESTAMP seconds since 1970 with fraction
 * ENUM        its number · BIT `b'0101'` · SET the same by bytes, the least significant first
 * characters  the stored bytes in quotes, whatever their character set, those below 0x20 as `\x00`; MySQL's program
 *             writes `\b \t \n \f \r \\ \'` for these, MariaDB's leaves quotes and backslashes as they are
 * JSON        MySQL's text in quotes, a string that is the whole document without its own; changes of a part as calls
 *             of functions on `@6`, their values in the form of SQL
 * compressed columns of MariaDB: the compressed bytes, which say nothing of the value: not told
 * VECTOR      its numbers as `%.5e` of C in brackets · GEOMETRY the bytes in quotes by MariaDB; MySQL's program gives up
 */

/** The forms that a value has in the programs, MySQL's first; none where they do not tell it. */
export type PrintValue = (bytes: Buffer, start: number, end: number) => readonly string[]

/** Makes the printer of a column. */
export function printedValue(column: Column, ordinal: number): PrintValue {
  const print = printerOf({ ...column, name: `@${ordinal + 1}` })
  return (bytes, start, end) => {
    const forms = print(bytes, start, end)
    return typeof forms === "string" ? [forms] : (forms ?? [])
  }
}

type Print = (bytes: Buffer, start: number, end: number) => string | readonly string[] | undefined

function printerOf(column: Column): Print {
  const { type } = column
  // Character sets, labels and other types that the programs do not know are taken away.
  const codec = columnCodec({ ...column, collation: 63, labels: undefined, special: undefined })
  switch (type) {
    case ColumnType.TINY:
      return integer(codec, 8)
    case ColumnType.SHORT:
      return integer(codec, 16)
    case ColumnType.INT24:
      return integer(codec, 24)
    case ColumnType.LONG:
      return integer(codec, 32)
    case ColumnType.LONGLONG:
      return integer(codec, 64)
    case ColumnType.FLOAT:
      return (bytes, start, end) => cFormatG(Number(codec.read(bytes, start, end)), 6)
    case ColumnType.DOUBLE:
      return (bytes, start, end) => cFormatG(Number(codec.read(bytes, start, end)), 20)
    case ColumnType.YEAR:
      return (bytes, start, end) => String(Number(codec.read(bytes, start, end)) || 1900)
    case ColumnType.DATE:
    case ColumnType.NEWDATE:
      return (bytes, start, end) => `'${textOf(codec, bytes, start, end).replaceAll("-", ":")}'`
    case ColumnType.TIME:
    case ColumnType.TIME2:
    case ColumnType.DATETIME:
    case ColumnType.DATETIME2:
      return (bytes, start, end) => `'${textOf(codec, bytes, start, end)}'`
    case ColumnType.TIMESTAMP:
    case ColumnType.TIMESTAMP2:
      return (bytes, start, end) => secondsSince1970(codec.read(bytes, start, end))
    case ColumnType.BIT:
      return bits(codec, column.metadata)
    case ColumnType.SET:
      return setBits(codec, column.metadata)
    case ColumnType.JSON:
      return (bytes, start, end) => json(codec, bytes, start, end)
    case ColumnType.VECTOR:
      return (bytes, start, end) => vector(codec.read(bytes, start, end))
    case ColumnType.NEWDECIMAL:
    case ColumnType.ENUM:
      return (bytes, start, end) => textOf(codec, bytes, start, end)
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.STRING:
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
    case ColumnType.GEOMETRY:
      return (bytes, start, end) => quoted(textOf(codec, bytes, start, end))
    default:
      return () => undefined
  }
}

function textOf(codec: ColumnCodec, bytes: Buffer, start: number, end: number): string {
  const out = new ByteWriter(end - start + 16)
  codec.writeText(bytes, start, end, out)
  return out.bytes.toString("latin1", 0, out.length)
}

function integer(codec: ColumnCodec, width: number): Print {
  return (bytes, start, end) => {
    const value = BigInt(textOf(codec, bytes, start, end))
    const signed = BigInt.asIntN(width, value)
    return signed < 0n ? `${signed} (${BigInt.asUintN(width, value)})` : String(signed)
  }
}

function bits(codec: ColumnCodec, count: number): Print {
  return (bytes, start, end) => {
    const value = codec.read(bytes, start, end)
    if (typeof value !== "number" && typeof value !== "bigint") return undefined
    return `b'${value.toString(2).padStart(count, "0")}'`
  }
}

/** Each byte most significant bit first, the bytes least significant first. */
function setBits(codec: ColumnCodec, size: number): Print {
  const print = bits(codec, size * 8)
  return (bytes, start, end) => {
    const text = print(bytes, start, end)
    return typeof text === "string" ? `b'${(text.match(/[01]{8}/g) ?? []).reverse().join("")}'` : undefined
  }
}

const ESCAPES = new Map([
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["'", "\\'"],
  ["\\", "\\\\"],
])

function mysqlQuoted(text: string): string {
  return `'${text.replaceAll(/[\p{Cc}'\\]/gu, (sign) => ESCAPES.get(sign) ?? hexEscape(sign))}'`
}

function quoted(text: string): readonly string[] {
  return [mysqlQuoted(text), `'${text.replaceAll(/\p{Cc}/gu, hexEscape)}'`]
}

/** The programs leave the bytes from 0x7f on as they are. */
function hexEscape(sign: string): string {
  const code = sign.charCodeAt(0)
  return code < 0x20 ? `\\x${code.toString(16).padStart(2, "0")}` : sign
}

function json(codec: ColumnCodec, bytes: Buffer, start: number, end: number): string | undefined {
  const text = textOf(codec, bytes, start, end)
  return codec.read(bytes, start, end) instanceof PartialJson
    ? jsonChanges(text)
    : mysqlQuoted(bareString(text))
}

/** A document that is a string, without quotes and escapes of JSON; other documents as they are. */
function bareString(text: string): string {
  if (!text.startsWith('"')) return text
  const value: unknown = JSON.parse(Buffer.from(text, "latin1").toString("utf8"))
  return Buffer.from(String(value)).toString("latin1")
}

/** Of `JSON_REPLACE(@6, '$.a', "x")`, where each value is a document, `JSON_REPLACE(@6, '$.a', 'x')`. */
function jsonChanges(text: string): string {
  let changed = ""
  let at = 0
  for (const { index, 0: path } of text.matchAll(/, '\$(?:[^'"]|"(?:[^"\\]|\\.)*")*'(?:, |(?=\)))/g)) {
    if (index < at) continue
    changed += text.slice(at, index) + path
    at = index + path.length
    // A removal has no value; the next path follows.
    if (!path.endsWith(", ") || text.charAt(at) === "'") continue
    const end = documentEnd(text, at)
    changed += sqlValue(text.slice(at, end))
    at = end
  }
  return changed + text.slice(at)
}

/** Where the document that begins at `at` ends: at a comma or parenthesis outside its strings and containers. */
function documentEnd(text: string, at: number): number {
  let depth = 0
  let end = at
  for (; end < text.length; end++) {
    const sign = text.charAt(end)
    if (sign === '"') {
      for (end++; end < text.length && text.charAt(end) !== '"'; end++) if (text.charAt(end) === "\\") end++
    } else if (sign === "[" || sign === "{") depth++
    else if (depth > 0 && (sign === "]" || sign === "}")) depth--
    else if (depth === 0 && (sign === "," || sign === ")")) break
  }
  return end
}

function sqlValue(document: string): string {
  if (document.startsWith('"')) return mysqlQuoted(bareString(document))
  return /^[[{]/.test(document) ? `CAST(${mysqlQuoted(document)} AS JSON)` : document
}

function vector(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const numbers = Array.from({ length: value.byteLength >> 2 }, (_, index) =>
    view.getFloat32(index * 4, true),
  )
  return `[${numbers.map((number) => cExponential(number, 5)).join(",")}]`
}

/** Of `2026-11-22T12:34:56.789Z`, or of the zero timestamp. */
function secondsSince1970(text: ColumnValue): string | undefined {
  if (typeof text !== "string") return undefined
  const fraction = /\.\d+/.exec(text)?.[0] ?? ""
  const instant = text.startsWith("0000-") ? 0 : Date.parse(text.replace(fraction, "")) / 1000
  return `${instant}${fraction}`
}

/** The most that JavaScript gives. */
const MOST_DIGITS = 100

/** `%.{digits}g` of C. */
export function cFormatG(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0"
  const text = roundedExponential(value, digits - 1)
  const mark = text.indexOf("e")
  const exponent = Number(text.slice(mark + 1))
  if (exponent < -4 || exponent >= digits) return `${withoutZeros(text.slice(0, mark))}${cExponent(exponent)}`
  const negative = value < 0
  const figures = text.slice(negative ? 1 : 0, mark).replace(".", "")
  const plain =
    exponent < 0
      ? `0.${"0".repeat(-1 - exponent)}${figures}`
      : `${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`
  return (negative ? "-" : "") + withoutZeros(plain)
}

/** `%.{digits}e` of C. */
function cExponential(value: number, digits: number): string {
  const text = roundedExponential(value, digits)
  const mark = text.indexOf("e")
  return text.slice(0, mark) + cExponent(Number(text.slice(mark + 1)))
}

function cExponent(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text
}

/** As `toExponential`, but a tie goes to the even digit, as in C. */
function roundedExponential(value: number, digits: number): string {
  const rounded = value.toExponential(digits)
  const exact = value.toExponential(MOST_DIGITS)
  const mark = exact.indexOf("e")
  const whole = exact.slice(0, mark)
  const kept = whole.slice(0, whole.indexOf(".") + 1 + digits)
  const isTie = /^50*$/.test(whole.slice(kept.length))
  return isTie && "02468".includes(kept.slice(-1)) ? kept + exact.slice(mark) : rounded
}
