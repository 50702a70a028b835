import { BinlogError } from "@canal/binlog-protocol"
import type { Column, ColumnCodec } from "@canal/binlog-protocol"
import { type ColumnFormat, UPDATED } from "./column-format.ts"
import { bytesTag, putVarint, varintSize } from "../protobuf.ts"
import {
  MOST_COLUMNS,
  RECORD_BACK,
  RECORD_BACK_LENGTH,
  RECORD_DIGITS,
  RECORD_FIELD_WIDTH,
  RECORD_FRONT,
  RECORD_FRONT_LENGTH,
  RECORD_KIND,
  RECORD_NULL,
  RECORD_NULL_LENGTH,
  RECORD_NULL_UPDATED,
  RECORD_PROMOTED,
  RECORD_PROMOTED_LENGTH,
  RECORD_SIZE,
  RECORD_VALUE_WIDTH,
  RECORD_WIDTH,
  TABLE_COLUMNS,
  TABLE_LENGTH_WIDTH,
  TABLE_RECORDS,
  TABLES_ROOM,
} from "./row-layout.ts"

/** A column as its table's description needs it. */
export interface DescribedColumn {
  readonly column: Column
  readonly format: ColumnFormat
  readonly codec: ColumnCodec
  /** How its values become text. */
  readonly kind: number
}

const VALUE = Buffer.of(bytesTag(8))

/**
 * Describes a table to WebAssembly, in the layout of row-layout.ts. Answers `undefined` for one that is too large, and
 * for one with a column of which nobody knows how long its values are.
 */
export function tableDescription(columns: readonly DescribedColumn[]): Buffer | undefined {
  if (columns.length > MOST_COLUMNS || !columns.every(isKnown)) return undefined
  const records = Buffer.alloc(TABLE_RECORDS + columns.length * RECORD_SIZE)
  records.writeUInt32LE(columns.length, TABLE_COLUMNS)
  records.writeUInt32LE(2, TABLE_LENGTH_WIDTH)
  const constants: Buffer[] = []
  let end = records.length
  for (const [ordinal, { column, format, codec, kind }] of columns.entries()) {
    const record = records.subarray(TABLE_RECORDS + ordinal * RECORD_SIZE)
    const put = (bytes: Buffer, offsetAt: number, lengthAt: number): void => {
      record.writeUInt32LE(end, offsetAt)
      record.writeUInt32LE(bytes.length, lengthAt)
      constants.push(bytes)
      end += bytes.length
    }
    record.writeUInt32LE(kind, RECORD_KIND)
    record.writeInt32LE(codec.width, RECORD_WIDTH)
    record.writeUInt32LE(column.metadata, RECORD_DIGITS)
    const { front, promotedFront, back } = format
    put(Buffer.concat([front, VALUE]), RECORD_FRONT, RECORD_FRONT_LENGTH)
    if (promotedFront !== undefined)
      put(Buffer.concat([promotedFront, VALUE]), RECORD_PROMOTED, RECORD_PROMOTED_LENGTH)
    put(back, RECORD_BACK, RECORD_BACK_LENGTH)
    const nullField = nullFieldOf(format)
    put(nullField, RECORD_NULL, RECORD_NULL_LENGTH)
    record.writeUInt32LE(nullField.length - back.length + UPDATED, RECORD_NULL_UPDATED)
    record.writeUInt32LE(1, RECORD_FIELD_WIDTH)
    record.writeUInt32LE(1, RECORD_VALUE_WIDTH)
  }
  return end > TABLES_ROOM ? undefined : Buffer.concat([records, ...constants])
}

/** A codec of an unknown type refuses to say how long its values are. */
function isKnown({ codec }: DescribedColumn): boolean {
  try {
    return codec.width !== undefined
  } catch (error) {
    if (error instanceof BinlogError) return false
    throw error
  }
}

/** The whole field with NULL, with zero as its tag. */
function nullFieldOf({ nullFront, back }: ColumnFormat): Buffer {
  const length = nullFront.length + back.length
  const head = Buffer.alloc(1 + varintSize(length))
  putVarint(head, 1, length)
  return Buffer.concat([head, nullFront, back])
}
