import type { TableMap } from "../event/table-map.ts"
import { charsetOf, holdsAscii } from "../value/charset.ts"
import { BINARY_COLLATION } from "../value/collation.ts"
import { columnCodec, withHint } from "../value/codecs.ts"
import type { ColumnCodec } from "../value/column-codec.ts"
import { ColumnType } from "../value/column-type.ts"
import type { Column, ColumnHints } from "../value/column.ts"
import {
  READS_BITS,
  READS_DATE,
  READS_DATETIME,
  READS_DECIMAL,
  READS_DOUBLE,
  READS_FLOAT,
  READS_FOREIGN,
  READS_INT32,
  READS_INT64,
  READS_JSON,
  READS_TEXT,
  READS_TIME,
  READS_TIMESTAMP,
  READS_UINT32,
  READS_UINT64,
  READS_YEAR,
} from "./value-layout.ts"

/** A column as the reader in WebAssembly and the code around it need it. */
export interface FoundColumn {
  readonly codec: ColumnCodec
  /** How WebAssembly reads its values. */
  readonly reads: number
  /** `Column.metadata`. */
  readonly metadata: number
}

export function foundColumns({ columns }: TableMap, hints?: ColumnHints): readonly FoundColumn[] {
  return columns.map((bare, ordinal) => {
    const column = withHint(bare, hints?.[ordinal])
    return { codec: columnCodec(column), reads: columnReads(column), metadata: column.metadata }
  })
}

/** How WebAssembly is to read what the column's codec reads. */
function columnReads(column: Column): number {
  switch (column.type) {
    case ColumnType.TINY:
    case ColumnType.SHORT:
    case ColumnType.INT24:
    case ColumnType.LONG:
      return column.unsigned === true ? READS_UINT32 : READS_INT32
    case ColumnType.LONGLONG:
      return column.unsigned === true ? READS_UINT64 : READS_INT64
    case ColumnType.BIT:
      return READS_BITS
    case ColumnType.FLOAT:
      return READS_FLOAT
    case ColumnType.DOUBLE:
      return READS_DOUBLE
    case ColumnType.NEWDECIMAL:
      return READS_DECIMAL
    case ColumnType.YEAR:
      return READS_YEAR
    case ColumnType.DATE:
    case ColumnType.NEWDATE:
      return READS_DATE
    case ColumnType.TIME2:
      return READS_TIME
    case ColumnType.DATETIME2:
      return READS_DATETIME
    case ColumnType.TIMESTAMP2:
      return READS_TIMESTAMP
    case ColumnType.JSON:
      return READS_JSON
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.STRING:
      return charactersReads(column)
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
      return column.collation === undefined ? READS_FOREIGN : charactersReads(column)
    default:
      return READS_FOREIGN
  }
}

/** MariaDB's own types are bytes, or documents. */
function charactersReads({ collation, special }: Column): number {
  if (special !== undefined || collation === BINARY_COLLATION) return READS_FOREIGN
  return holdsAscii(charsetOf(collation)) ? READS_TEXT : READS_FOREIGN
}
