import { BINARY_COLLATION, ColumnType } from "@canal/binlog-protocol"
import type { Column } from "@canal/binlog-protocol"

/** Codes of java.sql.Types that Canal gives to columns. */
export const SqlType = {
  BIT: -7,
  TINYINT: -6,
  BIGINT: -5,
  CHAR: 1,
  DECIMAL: 3,
  INTEGER: 4,
  SMALLINT: 5,
  REAL: 7,
  DOUBLE: 8,
  VARCHAR: 12,
  DATE: 91,
  TIME: 92,
  TIMESTAMP: 93,
  OTHER: 1111,
  BLOB: 2004,
  CLOB: 2005,
} as const
export type SqlType = (typeof SqlType)[keyof typeof SqlType]

/** The sqlType of a column's values. */
export interface ColumnSqlType {
  readonly value: SqlType
  /** That of NULL. */
  readonly null: SqlType
  /** That of a value whose highest bit is set, in an unsigned integer column: a Java type in which it fits. */
  readonly promoted: SqlType | undefined
}

/** Whether the column holds bytes rather than text. A BLOB of unknown character set is taken for bytes, as in Java. */
export function isBinary({ type, collation, special }: Column): boolean {
  switch (type) {
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
    case ColumnType.MARIADB_BLOB_COMPRESSED:
      return special === undefined && (collation === undefined || collation === BINARY_COLLATION)
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.STRING:
    case ColumnType.MARIADB_VARCHAR_COMPRESSED:
      return special === undefined && collation === BINARY_COLLATION
    case ColumnType.GEOMETRY:
    case ColumnType.VECTOR:
      return true
    default:
      return false
  }
}

/** What Canal says of a column, which must already have its hint. */
export function sqlTypeOf(column: Column): ColumnSqlType {
  const { TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, VARCHAR, OTHER, BIT, BLOB } = SqlType
  switch (column.type) {
    case ColumnType.TINY:
      return integer(column, TINYINT, SMALLINT)
    case ColumnType.SHORT:
      return integer(column, SMALLINT, INTEGER)
    case ColumnType.INT24:
      return integer(column, INTEGER, INTEGER)
    case ColumnType.LONG:
      return integer(column, INTEGER, BIGINT)
    case ColumnType.LONGLONG:
      return integer(column, BIGINT, DECIMAL)
    case ColumnType.JSON:
      return { value: VARCHAR, null: OTHER, promoted: undefined }
    case ColumnType.SET:
      return { value: BIT, null: BLOB, promoted: undefined }
    default:
      return same(isBinary(column) ? BLOB : plainSqlType(column))
  }
}

function plainSqlType({ type }: Column): SqlType {
  switch (type) {
    case ColumnType.NEWDECIMAL:
    case ColumnType.DECIMAL:
      return SqlType.DECIMAL
    case ColumnType.FLOAT:
      return SqlType.REAL
    case ColumnType.DOUBLE:
      return SqlType.DOUBLE
    case ColumnType.BIT:
      return SqlType.BIT
    case ColumnType.ENUM:
      return SqlType.INTEGER
    case ColumnType.DATE:
    case ColumnType.NEWDATE:
      return SqlType.DATE
    case ColumnType.TIME:
    case ColumnType.TIME2:
      return SqlType.TIME
    case ColumnType.DATETIME:
    case ColumnType.DATETIME2:
    case ColumnType.TIMESTAMP:
    case ColumnType.TIMESTAMP2:
      return SqlType.TIMESTAMP
    case ColumnType.STRING:
      return SqlType.CHAR
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
    case ColumnType.MARIADB_BLOB_COMPRESSED:
      return SqlType.CLOB
    default:
      // YEAR and VARCHAR of either kind.
      return SqlType.VARCHAR
  }
}

function integer({ unsigned }: Column, base: SqlType, promoted: SqlType): ColumnSqlType {
  return { value: base, null: base, promoted: unsigned === true && promoted !== base ? promoted : undefined }
}

function same(value: SqlType): ColumnSqlType {
  return { value, null: value, promoted: undefined }
}
