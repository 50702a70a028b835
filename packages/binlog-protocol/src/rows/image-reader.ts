import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import { ABSENT, NULL, scanImage } from "./image.ts"
import type { ImageLayout } from "./image.ts"

/** Reads the images of one table that hold the same columns. */
export interface ImageReader {
  /** The values of the image that begins at `position` in `rows`, by ordinal; moves `cursor` behind it. */
  (rows: Buffer, position: number, cursor: ImageCursor): ColumnValue[]
}

/** Where the next image begins. */
export interface ImageCursor {
  position: number
}

/** An image reader that looks up at run time what each column is. */
export function interpretedImageReader(codecs: readonly ColumnCodec[], layout: ImageLayout): ImageReader {
  const starts = new Int32Array(codecs.length)
  const ends = new Int32Array(codecs.length)
  return (rows, position, cursor) => {
    cursor.position = scanImage(layout, rows, position, starts, ends)
    const values: ColumnValue[] = []
    let ordinal = 0
    for (const codec of codecs) {
      const start = starts[ordinal] ?? ABSENT
      if (start >= 0) values.push(codec.read(rows, start, ends[ordinal] ?? start))
      else values.push(start === NULL ? null : undefined)
      ordinal++
    }
    return values
  }
}
