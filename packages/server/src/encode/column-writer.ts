import { ByteWriter } from "@canal/binlog-protocol"
import type { Column } from "@canal/binlog-protocol"
import type { SourceColumn } from "@canal/parser"
import { canalText } from "./canal-text.ts"
import type { CanalText } from "./canal-text.ts"
import {
  bytesTag,
  putVarint,
  varintSize,
  varintTag,
  writeInt32Field,
  writeStringField,
  writeVarintField,
} from "./protobuf.ts"
import { sqlTypeOf } from "./sql-type.ts"

/*
 * Column: 1 index, 2 sqlType, 3 name, 4 isKey, 5 updated, 6 isNull, 8 value, 10 mysqlType. Fields 1 to 6 and 10 are
 * always there, 8 unless the value is NULL. What stands before the value differs only in `updated` and, in unsigned
 * columns, between two values of sqlType; what stands behind it is constant.
 */

const VALUE_TAG = bytesTag(8)
/** From the end of what stands before the value, or of the isNull field: the byte of `updated`. */
const UPDATED = -3

/** Where constants are written before they are copied. */
const scratch = new ByteWriter(256)

/** Writes the columns of one ordinal of one table; everything constant is prepared. */
export class ColumnWriter {
  readonly #head: Buffer
  readonly #promotedHead: Buffer
  readonly #promotes: boolean
  readonly #nullHead: Buffer
  readonly #tail: Buffer
  readonly #text: CanalText
  /** Bytes before the value, last time: where the next value is tried first. */
  #front: number

  /** `column` must already have its hint. */
  constructor(
    index: number,
    column: Column,
    source: SourceColumn,
    zoneOffset: (utcSeconds: number) => number,
  ) {
    const { value, promoted, null: sqlTypeOfNull } = sqlTypeOf(column)
    this.#head = headOf(index, value, source, false)
    this.#promotedHead = promoted === undefined ? this.#head : headOf(index, promoted, source, false)
    this.#promotes = promoted !== undefined
    this.#nullHead = headOf(index, sqlTypeOfNull, source, true)
    scratch.reset()
    writeStringField(bytesTag(10), source.type, scratch)
    this.#tail = written()
    this.#text = canalText(column, zoneOffset)
    this.#front = this.#head.length + 4
  }

  /** Appends a column, as a field with that tag, whose value lies in `bytes` from `start` to `end`. */
  write(tag: number, updated: boolean, bytes: Buffer, start: number, end: number, out: ByteWriter): void {
    // The last byte of an integer has its highest bit.
    const head = this.#promotes && (bytes[end - 1] ?? 0) > 0x7f ? this.#promotedHead : this.#head
    const tail = this.#tail
    const begin = out.length
    out.reserve(this.#front)
    out.length = begin + this.#front
    this.#text.writeText(bytes, start, end, out)
    const valueEnd = out.length
    const valueLength = valueEnd - begin - this.#front

    const bodyLength = head.length + 1 + varintSize(valueLength) + valueLength + tail.length
    const front = 1 + varintSize(bodyLength) + head.length + 1 + varintSize(valueLength)
    if (front !== this.#front) {
      out.reserve(front)
      out.bytes.copyWithin(begin + front, begin + this.#front, valueEnd)
      this.#front = front
    }
    out.bytes[begin] = tag
    out.length = putVarint(out.bytes, begin + 1, bodyLength)
    out.copyFrom(head, 0, head.length)
    if (updated) out.bytes[out.length + UPDATED] = 1
    out.bytes[out.length] = VALUE_TAG
    out.length = putVarint(out.bytes, out.length + 1, valueLength) + valueLength
    out.copyFrom(tail, 0, tail.length)
  }

  /** Appends the column with NULL. */
  writeNull(tag: number, updated: boolean, out: ByteWriter): void {
    const head = this.#nullHead
    const tail = this.#tail
    out.byte(tag)
    out.varint(head.length + tail.length)
    out.copyFrom(head, 0, head.length)
    if (updated) out.bytes[out.length + UPDATED] = 1
    out.copyFrom(tail, 0, tail.length)
  }
}

/** Fields 1 to 6, with `updated` false. */
function headOf(index: number, sqlType: number, { name, key }: SourceColumn, isNull: boolean): Buffer {
  scratch.reset()
  writeVarintField(varintTag(1), index, scratch)
  writeInt32Field(varintTag(2), sqlType, scratch)
  writeStringField(bytesTag(3), name, scratch)
  writeVarintField(varintTag(4), key ? 1 : 0, scratch)
  writeVarintField(varintTag(5), 0, scratch)
  writeVarintField(varintTag(6), isNull ? 1 : 0, scratch)
  return written()
}

/** What was written to the scratch memory. A table has many of these and lives long: they share Node's pool. */
function written(): Buffer {
  return Buffer.from(scratch.bytes.subarray(0, scratch.length))
}
