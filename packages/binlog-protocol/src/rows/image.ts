import { readUInt, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import type { ColumnCodec } from "../value/column-codec.ts"
import { malformed } from "../value/malformed.ts"

/*
 * A row image: one bit for each column it holds, 1 for NULL, the first column lowest, in whole bytes; then the
 * values of those that are not NULL, one behind the other.
 */

/** In place of a start: the image does not hold the column. */
export const ABSENT = -1
/** In place of a start: the column is NULL. */
export const NULL = -2

/** How the images of one table lie that hold the same columns. Made once, used for every image. */
export interface ImageLayout {
  /** Columns of the table. */
  readonly columns: number
  /** Ordinals of the columns the images hold. */
  readonly present: Int32Array
  /** `ColumnCodec.width` of those columns. */
  readonly widths: Int32Array
  /** Bytes of the NULL bits. */
  readonly nullBytes: number
}

/** `presence` has one bit for each column, 1 if the images hold it, column 0 lowest, as in a rows event. */
export function createImageLayout(codecs: readonly ColumnCodec[], presence: Uint8Array): ImageLayout {
  if (presence.length * 8 < codecs.length) throw malformed("A rows event says too little about its columns")
  const present: number[] = []
  const widths: number[] = []
  for (const [ordinal, codec] of codecs.entries()) {
    if ((readUInt8(presence, ordinal >> 3) & (1 << (ordinal & 7))) === 0) continue
    present.push(ordinal)
    widths.push(codec.width)
  }
  return {
    columns: codecs.length,
    present: Int32Array.from(present),
    widths: Int32Array.from(widths),
    nullBytes: (present.length + 7) >> 3,
  }
}

/**
 * Finds the values of the image that begins at `position` in `rows`: fills `starts` and `ends`, by ordinal, with
 * where each begins, behind its length, and ends, or puts ABSENT or NULL in `starts`. Gives where the image ends.
 * Throws TRUNCATED if that is beyond the end of `rows`.
 */
export function scanImage(
  layout: ImageLayout,
  rows: Buffer,
  position: number,
  starts: Int32Array,
  ends: Int32Array,
): number {
  const { present, widths, nullBytes } = layout
  const count = present.length
  const limit = rows.length
  if (count < layout.columns) starts.fill(ABSENT, 0, layout.columns)
  let at = position + nullBytes
  if (at > limit) throw truncated()
  for (let index = 0; index < count; index++) {
    const ordinal = present[index] ?? 0
    if ((readUInt8(rows, position + (index >> 3)) & (1 << (index & 7))) !== 0) {
      starts[ordinal] = NULL
      continue
    }
    const width = widths[index] ?? 0
    const start = width >= 0 ? at : at - width
    if (start > limit) throw truncated()
    at = start + (width >= 0 ? width : readUInt(rows, at, -width))
    if (at > limit) throw truncated()
    starts[ordinal] = start
    ends[ordinal] = at
  }
  return at
}

/** What is wrong with an image that goes beyond the end of its rows. */
export function truncated(): BinlogError {
  return new BinlogError("TRUNCATED", "A row ends before its values do; the event is cut off or corrupt")
}
