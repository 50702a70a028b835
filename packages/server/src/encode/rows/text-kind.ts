import { charsetOf, ColumnType, holdsAscii } from "@canal/binlog-protocol"
import type { CharsetName, Column } from "@canal/binlog-protocol"
import {
  TEXT_ASCII,
  TEXT_BITS,
  TEXT_DATE,
  TEXT_DATETIME,
  TEXT_DECIMAL,
  TEXT_DOUBLE,
  TEXT_FLOAT,
  TEXT_FOREIGN,
  TEXT_JSON,
  TEXT_LATIN1,
  TEXT_SIGNED,
  TEXT_TIME,
  TEXT_TIMESTAMP,
  TEXT_UNSIGNED,
  TEXT_UTF8,
  TEXT_YEAR,
  TEXT_ZONED_TIMESTAMP,
} from "./row-layout.ts"
import { isBinary } from "./sql-type.ts"
import { UTC, type ZoneOffset } from "./zone-offset.ts"

const UTF8: ReadonlySet<CharsetName> = new Set(["utf8mb3", "utf8mb4"])

/** How WebAssembly is to write what `canalText` writes for the column, which must already have its hint. */
export function textKind(column: Column, zoneOffset: ZoneOffset): number {
  switch (column.type) {
    case ColumnType.TINY:
    case ColumnType.SHORT:
    case ColumnType.INT24:
    case ColumnType.LONG:
    case ColumnType.LONGLONG:
      return column.unsigned === true ? TEXT_UNSIGNED : TEXT_SIGNED
    case ColumnType.ENUM:
    case ColumnType.SET:
      return TEXT_UNSIGNED
    case ColumnType.BIT:
      return TEXT_BITS
    case ColumnType.FLOAT:
      return TEXT_FLOAT
    case ColumnType.DOUBLE:
      return TEXT_DOUBLE
    case ColumnType.NEWDECIMAL:
      return TEXT_DECIMAL
    case ColumnType.YEAR:
      return TEXT_YEAR
    case ColumnType.DATE:
    case ColumnType.NEWDATE:
      return TEXT_DATE
    case ColumnType.TIME2:
      return TEXT_TIME
    case ColumnType.DATETIME2:
      return TEXT_DATETIME
    case ColumnType.TIMESTAMP2:
      return zoneOffset === UTC ? TEXT_TIMESTAMP : TEXT_ZONED_TIMESTAMP
    case ColumnType.JSON:
      return TEXT_JSON
    case ColumnType.GEOMETRY:
    case ColumnType.VECTOR:
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.STRING:
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
      return isBinary(column) ? TEXT_LATIN1 : charactersKind(column)
    default:
      return TEXT_FOREIGN
  }
}

function charactersKind({ collation, special }: Column): number {
  // MariaDB's own types but for JSON are bytes that it shows in a form of their own.
  if (special !== undefined && special !== "json") return TEXT_FOREIGN
  const charset = charsetOf(collation)
  if (UTF8.has(charset.name)) return TEXT_UTF8
  if (charset.name === "binary") return TEXT_LATIN1
  return holdsAscii(charset) ? TEXT_ASCII : TEXT_FOREIGN
}
