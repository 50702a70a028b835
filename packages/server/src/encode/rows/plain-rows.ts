import { ABSENT, createImageLayout, NULL, scanImage } from "@canal/binlog-protocol"
import type { ByteWriter, ColumnCodec, RowsEvent } from "@canal/binlog-protocol"
import type { ColumnWriter } from "./column-writer.ts"
import { beginLength, endLength } from "../protobuf.ts"
import { AFTER_COLUMNS, BEFORE_COLUMNS, ROW_DATAS } from "./row-change.ts"

/** Where the values of one image lie, by ordinal, as `scanImage` finds them. */
interface ImagePlaces {
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/**
 * Appends the rows of an event, each as a RowData. Answers how many it holds. For all rows, as large as they may be;
 * WebAssembly does the same for most of them, see assembly/rows.ts.
 */
export function writePlainRows(
  { rows, beforeColumns, afterColumns }: RowsEvent,
  columns: readonly ColumnWriter[],
  codecs: readonly ColumnCodec[],
  out: ByteWriter,
): number {
  const before = placesOf(codecs)
  const after = placesOf(codecs)
  const beforeLayout = beforeColumns === undefined ? undefined : createImageLayout(codecs, beforeColumns)
  const afterLayout = afterColumns === undefined ? undefined : createImageLayout(codecs, afterColumns)
  let lengthWidth = 2
  let count = 0
  let position = 0
  while (position < rows.length) {
    const begin = position
    out.byte(ROW_DATAS)
    const length = beginLength(out, lengthWidth)
    if (beforeLayout !== undefined) {
      position = scanImage(beforeLayout, rows, position, before.starts, before.ends)
      for (const [ordinal, column] of columns.entries())
        writeColumn(column, rows, before, ordinal, BEFORE_COLUMNS, false, out)
    }
    if (afterLayout !== undefined) {
      position = scanImage(afterLayout, rows, position, after.starts, after.ends)
      for (const [ordinal, column] of columns.entries()) {
        const isNew = beforeLayout === undefined || isUpdated(rows, before, after, ordinal)
        writeColumn(column, rows, after, ordinal, AFTER_COLUMNS, isNew, out)
      }
    }
    lengthWidth = endLength(out, length, lengthWidth)
    count++
    if (position === begin) throw new TypeError("A rows event holds bytes but no columns")
  }
  return count
}

function placesOf({ length }: readonly ColumnCodec[]): ImagePlaces {
  return { starts: new Int32Array(length).fill(ABSENT), ends: new Int32Array(length) }
}

function writeColumn(
  column: ColumnWriter,
  rows: Buffer,
  { starts, ends }: ImagePlaces,
  ordinal: number,
  tag: number,
  isUpdated: boolean,
  out: ByteWriter,
): void {
  const start = starts[ordinal] ?? ABSENT
  if (start >= 0) column.writeValue(rows, start, ends[ordinal] ?? start, tag, isUpdated, out)
  else if (start === NULL) column.writeNull(tag, isUpdated, out)
}

/** Whether the image before the update lacks what the image after it holds, or has it otherwise. */
function isUpdated(rows: Buffer, before: ImagePlaces, after: ImagePlaces, ordinal: number): boolean {
  const start = after.starts[ordinal] ?? ABSENT
  const oldStart = before.starts[ordinal] ?? ABSENT
  if (start < 0 || oldStart < 0) return start !== oldStart
  const end = after.ends[ordinal] ?? start
  const oldEnd = before.ends[ordinal] ?? oldStart
  return rows.compare(rows, oldStart, oldEnd, start, end) !== 0
}
