import { ByteWriter, constant } from "@canal/binlog-protocol"
import type { Column, Constant } from "@canal/binlog-protocol"
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
 * always there, 8 unless the value is NULL. What stands before the value differs only in `updated`, in the two lengths
 * and, in unsigned columns, between two values of sqlType; what stands behind it is constant.
 */

const VALUE_TAG = bytesTag(8)
/** From the end of fields 1 to 6: the byte of `updated`. */
const UPDATED = -3

/** Where constants are written before they are copied. */
const scratch = new ByteWriter(256)

/** What stands before a value of certain lengths. */
interface Front {
  readonly head: Buffer
  /** With zeros in place of the tag, both lengths and `updated`. */
  readonly bytes: Constant
  /** The lengths of the values that it is for. */
  readonly shortest: number
  readonly longest: number
  /** What the field's length is more than the value's. */
  readonly surplus: number
  /** Where `updated` and the value's length lie. */
  readonly updatedAt: number
  readonly lengthAt: number
}

/**
 * Writes the columns of one ordinal of one table: `begin`, then the value's text, then `end`; or `writeNull`. Everything
 * constant is prepared.
 */
export class ColumnWriter {
  /** Appends the text of a value. */
  readonly writeText: CanalText["writeText"]
  readonly #head: Buffer
  readonly #promotedHead: Buffer | undefined
  readonly #nullFront: Constant
  readonly #nullUpdatedAt: number
  readonly #tail: Constant
  /** What stood before the last value: most need the same. */
  #front: Front
  readonly #fronts: Front[] = []

  /** `column` must already have its hint. */
  constructor(
    index: number,
    column: Column,
    source: SourceColumn,
    zoneOffset: (utcSeconds: number) => number,
  ) {
    const { value, promoted, null: sqlTypeOfNull } = sqlTypeOf(column)
    this.#head = headOf(index, value, source, false)
    this.#promotedHead = promoted === undefined ? undefined : headOf(index, promoted, source, false)
    scratch.reset()
    writeStringField(bytesTag(10), source.type, scratch)
    const tail = written()
    this.#tail = constant(tail)
    const nullHead = headOf(index, sqlTypeOfNull, source, true)
    scratch.reset()
    scratch.byte(0)
    scratch.varint(nullHead.length + tail.length)
    scratch.copyFrom(nullHead, 0, nullHead.length)
    this.#nullUpdatedAt = scratch.length + UPDATED
    scratch.copyFrom(tail, 0, tail.length)
    this.#nullFront = constant(written())
    this.writeText = canalText(column, zoneOffset).writeText
    this.#front = this.#frontFor(this.#head, 0)
  }

  /** Appends what stands before a value. */
  begin(out: ByteWriter): void {
    out.constant(this.#front.bytes)
  }

  /**
   * Appends what stands behind the value, and fills in what was not known before. `at` is where `begin` began, `tag` that
   * of the field; `last` is the last byte of the value in the binlog.
   */
  end(out: ByteWriter, at: number, tag: number, updated: boolean, last: number): void {
    let front = this.#front
    const valueLength = out.length - at - front.bytes.length
    // The last byte of an integer has its highest bit.
    const head = last > 0x7f && this.#promotedHead !== undefined ? this.#promotedHead : this.#head
    if (front.head !== head || valueLength < front.shortest || valueLength > front.longest) {
      front = this.#frontFor(head, valueLength)
      moveValue(out, at + this.#front.bytes.length, at, front.bytes)
      this.#front = front
    }
    const { bytes } = out
    const bodyLength = valueLength + front.surplus
    bytes[at] = tag
    if (bodyLength < 0x80) bytes[at + 1] = bodyLength
    else putVarint(bytes, at + 1, bodyLength)
    if (updated) bytes[at + front.updatedAt] = 1
    if (valueLength < 0x80) bytes[at + front.lengthAt] = valueLength
    else putVarint(bytes, at + front.lengthAt, valueLength)
    out.constant(this.#tail)
  }

  /** Appends the column with NULL. */
  writeNull(out: ByteWriter, tag: number, updated: boolean): void {
    const at = out.length
    out.constant(this.#nullFront)
    out.bytes[at] = tag
    if (updated) out.bytes[at + this.#nullUpdatedAt] = 1
  }

  #frontFor(head: Buffer, valueLength: number): Front {
    let front = this.#fronts.find(
      (front) => front.head === head && valueLength >= front.shortest && valueLength <= front.longest,
    )
    if (front === undefined) {
      front = frontOf(head, valueLength, this.#tail.length)
      this.#fronts.push(front)
    }
    return front
  }
}

/** Puts another front in place of the one before the value at the end of what was written. */
function moveValue(out: ByteWriter, valueAt: number, at: number, front: Constant): void {
  const valueEnd = out.length
  const valueLength = valueEnd - valueAt
  // The front's last word may reach a few bytes into the value.
  out.reserve(front.length + 4)
  const to = at + front.length
  out.bytes.copyWithin(to + 4, valueAt, valueEnd)
  out.length = at
  out.constant(front)
  out.bytes.copyWithin(to, to + 4, to + 4 + valueLength)
  out.length = to + valueLength
}

function frontOf(head: Buffer, valueLength: number, tailLength: number): Front {
  const valueWidth = varintSize(valueLength)
  const surplus = head.length + 1 + valueWidth + tailLength
  const bodyWidth = varintSize(valueLength + surplus)
  scratch.reset()
  for (let index = 0; index < 1 + bodyWidth; index++) scratch.byte(0)
  scratch.copyFrom(head, 0, head.length)
  const updatedAt = scratch.length + UPDATED
  scratch.byte(VALUE_TAG)
  const lengthAt = scratch.length
  for (let index = 0; index < valueWidth; index++) scratch.byte(0)
  const shortest = Math.max(leastOf(valueWidth), leastOf(bodyWidth) - surplus)
  const longest = Math.min(leastOf(valueWidth + 1), leastOf(bodyWidth + 1) - surplus) - 1
  return { head, bytes: constant(written()), shortest, longest, surplus, updatedAt, lengthAt }
}

/** The least number whose varint takes so many bytes. */
function leastOf(width: number): number {
  return width === 1 ? 0 : 128 ** (width - 1)
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
