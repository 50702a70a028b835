import { charsetOf, ColumnType } from "@canal/binlog-protocol"
import type { CharsetName, Column } from "@canal/binlog-protocol"

/**
 * The full type of a column as SHOW CREATE TABLE of MySQL 8 writes it, from the table map alone: `int unsigned`,
 * `varchar(20)`, `decimal(18,4)`, `enum('a','b')`. What the binlog does not say (display width, ZEROFILL, labels
 * without full row metadata) is left out.
 */
export function typeText(column: Column): string {
  const { type, metadata, special, labels } = column
  const binary = isBinary(column)
  if (special !== undefined) return special
  switch (type) {
    case ColumnType.TINY:
    case ColumnType.SHORT:
    case ColumnType.INT24:
    case ColumnType.LONG:
    case ColumnType.LONGLONG:
    case ColumnType.FLOAT:
    case ColumnType.DOUBLE:
      return signed(NUMBERS[type], column)
    case ColumnType.NEWDECIMAL:
      return signed(`decimal(${metadata >> 8},${metadata & 0xff})`, column)
    case ColumnType.BIT:
      return `bit(${metadata})`
    case ColumnType.TIMESTAMP2:
      return withFraction("timestamp", metadata)
    case ColumnType.DATETIME2:
      return withFraction("datetime", metadata)
    case ColumnType.TIME2:
      return withFraction("time", metadata)
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.MARIADB_VARCHAR_COMPRESSED:
      return binary ? `varbinary(${metadata})` : `varchar(${characters(column)})`
    case ColumnType.STRING:
      return binary ? `binary(${metadata})` : `char(${characters(column)})`
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
    case ColumnType.MARIADB_BLOB_COMPRESSED:
      return `${BLOB_SIZES[metadata] ?? ""}${binary ? "blob" : "text"}`
    case ColumnType.ENUM:
      return labels === undefined ? "enum" : `enum(${quoteLabels(labels)})`
    case ColumnType.SET:
      return labels === undefined ? "set" : `set(${quoteLabels(labels)})`
    case ColumnType.GEOMETRY:
      return GEOMETRIES[column.geometryType ?? 0] ?? "geometry"
    case ColumnType.VECTOR:
      return column.vectorDimensions === undefined ? "vector" : `vector(${column.vectorDimensions})`
    default:
      return OTHERS[type] ?? ""
  }
}

/** Whether a character or BLOB column holds bytes without a character set. */
function isBinary({ type, collation }: Column): boolean {
  // Without any metadata a collation is not known. BLOB types are then more often binary than strings are.
  const isBlob = type >= ColumnType.TINY_BLOB && type <= ColumnType.BLOB
  return collation === undefined ? isBlob : collation === BINARY
}

function signed(text: string, { unsigned }: Column): string {
  return unsigned === true ? `${text} unsigned` : text
}

function withFraction(text: string, digits: number): string {
  return digits === 0 ? text : `${text}(${digits})`
}

function characters({ metadata, collation }: Column): number {
  return Math.floor(metadata / (BYTES_PER_CHARACTER[charsetOf(collation).name] ?? 1))
}

function quoteLabels(labels: readonly string[]): string {
  return labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(",")
}

const BINARY = 63

const NUMBERS = {
  [ColumnType.TINY]: "tinyint",
  [ColumnType.SHORT]: "smallint",
  [ColumnType.INT24]: "mediumint",
  [ColumnType.LONG]: "int",
  [ColumnType.LONGLONG]: "bigint",
  [ColumnType.FLOAT]: "float",
  [ColumnType.DOUBLE]: "double",
} as const

const OTHERS: Readonly<Record<number, string>> = {
  [ColumnType.DECIMAL]: "decimal",
  [ColumnType.DATE]: "date",
  [ColumnType.NEWDATE]: "date",
  [ColumnType.TIME]: "time",
  [ColumnType.DATETIME]: "datetime",
  [ColumnType.TIMESTAMP]: "timestamp",
  [ColumnType.YEAR]: "year",
  [ColumnType.JSON]: "json",
}

/** By the bytes of the length prefix. */
const BLOB_SIZES = ["", "tiny", "", "medium", "long"] as const

/** By MySQL's geometry type numbers. */
const GEOMETRIES = [
  "geometry",
  "point",
  "linestring",
  "polygon",
  "multipoint",
  "multilinestring",
  "multipolygon",
  "geomcollection",
] as const

/** Greatest length of a character (`MAXLEN` of SHOW CHARACTER SET), where it is not 1. */
const BYTES_PER_CHARACTER: Partial<Record<CharsetName, number>> = {
  big5: 2,
  cp932: 2,
  eucjpms: 3,
  euckr: 2,
  gb18030: 4,
  gb2312: 2,
  gbk: 2,
  sjis: 2,
  ucs2: 2,
  ujis: 3,
  utf16: 4,
  utf16le: 4,
  utf32: 4,
  utf8mb3: 3,
  utf8mb4: 4,
}
