import { ABSENT } from "@canal/binlog-protocol"
import type { ByteWriter } from "@canal/binlog-protocol"
import type { ColumnWriter } from "./column-writer.ts"
import { type ImagePlaces, writeColumn } from "./columns-writer.ts"

/**
 * Appends the columns of the image after an update whose image before was just written. A column is updated unless the
 * image before holds it with the same bytes. Those that are not were written a moment ago, but for the tag: neighbours
 * among them are copied in one piece.
 */
export function writeAfterImage(
  columns: readonly ColumnWriter[],
  rows: Buffer,
  before: ImagePlaces,
  after: ImagePlaces,
  tag: number,
  out: ByteWriter,
): void {
  let copied = 0
  let ordinal = 0
  for (const column of columns) {
    if (isUpdated(rows, before, after, ordinal)) {
      copyFields(before.fields, copied, ordinal, tag, out)
      writeColumn(column, rows, after, ordinal, tag, true, out)
      copied = ordinal + 1
    }
    ordinal++
  }
  copyFields(before.fields, copied, ordinal, tag, out)
}

/** Appends the fields of the ordinals from `from` to `to` again, with that tag. */
function copyFields(fields: Int32Array, from: number, to: number, tag: number, out: ByteWriter): void {
  const start = fields[from] ?? 0
  const end = fields[to] ?? start
  if (start === end) return
  const shift = out.length - start
  out.reserve(end - start)
  const { bytes } = out
  bytes.copyWithin(out.length, start, end)
  out.length += end - start
  for (let ordinal = from; ordinal < to; ordinal++) {
    const at = fields[ordinal] ?? start
    if (at < (fields[ordinal + 1] ?? end)) bytes[at + shift] = tag
  }
}

/** Whether the image before the update lacks what the image after it holds, or has it otherwise. */
function isUpdated(rows: Buffer, before: ImagePlaces, after: ImagePlaces, ordinal: number): boolean {
  const start = after.starts[ordinal] ?? ABSENT
  const oldStart = before.starts[ordinal] ?? ABSENT
  if (start < 0 || oldStart < 0) return start !== oldStart
  const end = after.ends[ordinal] ?? start
  const oldEnd = before.ends[ordinal] ?? oldStart
  const length = end - start
  if (oldEnd - oldStart !== length) return true
  if (length > 64) return rows.compare(rows, oldStart, oldEnd, start, end) !== 0
  for (let index = 0; index < length; index++) if (rows[oldStart + index] !== rows[start + index]) return true
  return false
}
