import { ByteWriter } from "@canal/binlog-protocol"
import type { Column } from "@canal/binlog-protocol"
import type { SourceColumn } from "@canal/parser"
import { bytesTag, varintTag, writeInt32Field, writeStringField, writeVarintField } from "../protobuf.ts"
import { sqlTypeOf } from "./sql-type.ts"

/*
 * Column: 1 index, 2 sqlType, 3 name, 4 isKey, 5 updated, 6 isNull, 8 value, 10 mysqlType. Fields 1 to 6 and 10 are
 * always there, 8 unless the value is NULL. What stands before the value differs only in `updated` and, in unsigned
 * columns, between two values of sqlType; what stands behind it is constant.
 */

/** From the end of fields 1 to 6: the byte of `updated`. */
export const UPDATED = -3

/** What all fields of one column of one table have in common, `updated` being false. */
export interface ColumnFormat {
  /** Fields 1 to 6. */
  readonly front: Buffer
  /** The same for an integer whose highest bit is set, where that makes a difference. */
  readonly promotedFront: Buffer | undefined
  /** The same for NULL. */
  readonly nullFront: Buffer
  /** Field 10. */
  readonly back: Buffer
}

/** `column` must already have its hint. */
export function columnFormat(index: number, column: Column, source: SourceColumn): ColumnFormat {
  const sqlType = sqlTypeOf(column)
  const out = new ByteWriter(64)
  writeStringField(bytesTag(10), source.type, out)
  return {
    front: frontOf(index, sqlType.value, source, false),
    promotedFront:
      sqlType.promoted === undefined ? undefined : frontOf(index, sqlType.promoted, source, false),
    nullFront: frontOf(index, sqlType.null, source, true),
    back: out.copy(),
  }
}

function frontOf(index: number, sqlType: number, { name, key }: SourceColumn, isNull: boolean): Buffer {
  const out = new ByteWriter(64)
  writeVarintField(varintTag(1), index, out)
  writeInt32Field(varintTag(2), sqlType, out)
  writeStringField(bytesTag(3), name, out)
  writeVarintField(varintTag(4), key ? 1 : 0, out)
  writeVarintField(varintTag(5), 0, out)
  writeVarintField(varintTag(6), isNull ? 1 : 0, out)
  return out.copy()
}
