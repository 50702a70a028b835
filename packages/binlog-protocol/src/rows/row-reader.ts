import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { columnCodec } from "../value/codecs.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import type { ColumnHints } from "../value/column.ts"
import { malformed } from "../value/malformed.ts"
import { ABSENT, createImageLayout, NULL, scanImage } from "./image.ts"
import type { ImageLayout } from "./image.ts"

/**
 * A changed row: its values by ordinal before and after the change. `before` is `undefined` for an insert, `after`
 * for a delete. A column that the image does not hold is `undefined`, NULL is `null`.
 */
export interface RowImage {
  readonly before: readonly ColumnValue[] | undefined
  readonly after: readonly ColumnValue[] | undefined
}

/**
 * Prepares to read the rows of a table. The function it gives reads all rows of an event of that table into
 * JavaScript values, which share no memory with the event but for bytes of a MiB or more. It throws BinlogError TRUNCATED or MALFORMED for bytes
 * that are no rows of the table.
 */
export function rowReader(table: TableMap, hints?: ColumnHints): (event: RowsEvent) => readonly RowImage[] {
  const codecs = table.columns.map((column, ordinal) => columnCodec(column, hints?.[ordinal]))
  const before = new ImageReader(codecs)
  const after = new ImageReader(codecs)
  return (event) => {
    const { rows, beforeColumns, afterColumns } = event
    if (beforeColumns !== undefined) before.prepare(beforeColumns)
    if (afterColumns !== undefined) after.prepare(afterColumns)
    const images: RowImage[] = []
    let position = 0
    while (position < rows.length) {
      const begin = position
      let old: ColumnValue[] | undefined
      let fresh: ColumnValue[] | undefined
      if (beforeColumns !== undefined) {
        old = before.read(rows, position)
        position = before.end
      }
      if (afterColumns !== undefined) {
        fresh = after.read(rows, position)
        position = after.end
      }
      if (position === begin) throw malformed("A rows event holds bytes but no columns")
      images.push({ before: old, after: fresh })
    }
    return images
  }
}

/** Reads images that hold the columns last given to `prepare`. */
class ImageReader {
  /** Where the image last read ends. */
  end = 0
  readonly #codecs: readonly ColumnCodec[]
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  #presence: Buffer | undefined
  #layout: ImageLayout | undefined

  constructor(codecs: readonly ColumnCodec[]) {
    this.#codecs = codecs
    this.#starts = new Int32Array(codecs.length)
    this.#ends = new Int32Array(codecs.length)
  }

  prepare(presence: Uint8Array): void {
    if (this.#presence?.equals(presence) === true) return
    this.#layout = createImageLayout(this.#codecs, presence)
    this.#presence = Buffer.from(presence)
  }

  read(rows: Buffer, position: number): ColumnValue[] {
    const layout = this.#layout
    if (layout === undefined) throw new Error("An image was read before its columns were known")
    this.end = scanImage(layout, rows, position, this.#starts, this.#ends)
    const values: ColumnValue[] = []
    const starts = this.#starts
    const ends = this.#ends
    let ordinal = 0
    for (const codec of this.#codecs) {
      const start = starts[ordinal] ?? ABSENT
      if (start >= 0) values.push(codec.read(rows, start, ends[ordinal] ?? start))
      else values.push(start === NULL ? null : undefined)
      ordinal++
    }
    return values
  }
}
