import { ABSENT, canGenerate, generated, NULL } from "@canal/binlog-protocol"
import type { ByteWriter } from "@canal/binlog-protocol"
import type { ColumnWriter } from "./column-writer.ts"

/** Where the columns of one image lie, by ordinal. */
export interface ImagePlaces {
  /** Where the values lie in the binlog, as `scanImage` finds them. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Where the fields lie that were written; one more, where they end. What the image does not hold is empty. */
  readonly fields: Int32Array
}

/** Appends the columns of an image, each as a field with that tag, and tells where they are. */
export type WriteColumns = (
  rows: Buffer,
  image: ImagePlaces,
  tag: number,
  updated: boolean,
  out: ByteWriter,
) => void

/** Beyond so many columns a function is too long for the engine to make it fast. */
const MOST_COMPILED_COLUMNS = 256

/** Makes the function for the columns of a table: generated, of numbers only, where Node allows it. */
export function columnsWriter(columns: readonly ColumnWriter[]): WriteColumns {
  const compiles = canGenerate && columns.length <= MOST_COMPILED_COLUMNS
  return compiles ? compiledColumns(columns) : interpretedColumns(columns)
}

/** Looks up at run time what each column is. */
export function interpretedColumns(columns: readonly ColumnWriter[]): WriteColumns {
  return (rows, image, tag, updated, out) => {
    let ordinal = 0
    for (const column of columns) {
      image.fields[ordinal] = out.length
      writeColumn(column, rows, image, ordinal, tag, updated, out)
      ordinal++
    }
    image.fields[ordinal] = out.length
  }
}

/** Appends one column. */
export function writeColumn(
  column: ColumnWriter,
  rows: Buffer,
  { starts, ends }: ImagePlaces,
  ordinal: number,
  tag: number,
  updated: boolean,
  out: ByteWriter,
): void {
  const start = starts[ordinal] ?? ABSENT
  if (start >= 0) {
    const end = ends[ordinal] ?? start
    const at = out.length
    column.begin(out)
    column.writeText(rows, start, end, out)
    column.end(out, at, tag, updated, rows[end - 1] ?? 0)
  } else if (start === NULL) column.writeNull(out, tag, updated)
}

/** Every column has its own lines, and with them its own place where the engine learns what it is. */
export function compiledColumns(columns: readonly ColumnWriter[]): WriteColumns {
  const known = columns.map(
    (_, ordinal) => `const c${ordinal} = columns[${ordinal}], t${ordinal} = c${ordinal}.writeText`,
  )
  const lines = columns.map(
    (_, ordinal) => `
      fields[${ordinal}] = at = out.length
      start = starts[${ordinal}]
      if (start >= 0) {
        end = ends[${ordinal}]
        c${ordinal}.begin(out)
        t${ordinal}(rows, start, end, out)
        c${ordinal}.end(out, at, tag, updated, rows[end - 1])
      } else if (start === ${NULL}) c${ordinal}.writeNull(out, tag, updated)`,
  )
  const source = `
    ${known.join("\n")}
    return (rows, image, tag, updated, out) => {
      const starts = image.starts, ends = image.ends, fields = image.fields
      let start = 0, end = 0, at = 0
      ${lines.join("")}
      fields[${columns.length}] = out.length
    }`
  return generated<WriteColumns>(["columns"], source)(columns)
}
