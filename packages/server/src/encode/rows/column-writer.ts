import type { ByteWriter } from "@canal/binlog-protocol"
import type { CanalText } from "./canal-text.ts"
import { type ColumnFormat, UPDATED } from "./column-format.ts"
import { beginLength, bytesTag, endLength } from "../protobuf.ts"

const VALUE = bytesTag(8)

/** Writes the columns of one ordinal of one table as fields with a tag. */
export class ColumnWriter {
  /** Appends the text of a value. */
  readonly writeText: CanalText["writeText"]
  readonly #format: ColumnFormat
  /** Bytes the two lengths of the last value took: the guess for the next. */
  #fieldWidth = 1
  #valueWidth = 1

  constructor(format: ColumnFormat, text: CanalText) {
    this.#format = format
    this.writeText = text.writeText
  }

  /** Appends the value in `rows` from `start` to `end`. */
  writeValue(
    rows: Buffer,
    start: number,
    end: number,
    tag: number,
    isUpdated: boolean,
    out: ByteWriter,
  ): void {
    const { front, promotedFront, back } = this.#format
    out.byte(tag)
    const field = beginLength(out, this.#fieldWidth)
    // The last byte of an integer has its highest bit.
    const isPromoted = promotedFront !== undefined && (rows[end - 1] ?? 0) > 0x7f
    writeFront(isPromoted ? promotedFront : front, isUpdated, out)
    out.byte(VALUE)
    const value = beginLength(out, this.#valueWidth)
    this.writeText(rows, start, end, out)
    this.#valueWidth = endLength(out, value, this.#valueWidth)
    out.copyFrom(back, 0, back.length)
    this.#fieldWidth = endLength(out, field, this.#fieldWidth)
  }

  writeNull(tag: number, isUpdated: boolean, out: ByteWriter): void {
    const { nullFront, back } = this.#format
    out.byte(tag)
    out.varint(nullFront.length + back.length)
    writeFront(nullFront, isUpdated, out)
    out.copyFrom(back, 0, back.length)
  }
}

function writeFront(front: Buffer, isUpdated: boolean, out: ByteWriter): void {
  out.copyFrom(front, 0, front.length)
  if (isUpdated) out.bytes[out.length + UPDATED] = 1
}
