import type { RowsEvent } from "../event/rows.ts"
import type { ColumnCodec } from "../value/column-codec.ts"
import { malformed } from "../value/malformed.ts"
import { ImageReader } from "./image-reader.ts"
import { Images } from "./images.ts"
import type { RowImage } from "./row-image.ts"

/** Reads the rows of one table plainly. */
export class PlainRows {
  readonly #before: Images<ImageReader>
  readonly #after: Images<ImageReader>

  constructor(codecs: readonly ColumnCodec[]) {
    this.#before = new Images(codecs, (layout) => new ImageReader(codecs, layout))
    this.#after = new Images(codecs, (layout) => new ImageReader(codecs, layout))
  }

  read({ rows, beforeColumns, afterColumns }: RowsEvent): RowImage[] {
    const before = this.#before.of(beforeColumns)
    const after = this.#after.of(afterColumns)
    const images: RowImage[] = []
    for (let position = 0; position < rows.length;) position = readRow(before, after, rows, position, images)
    return images
  }

  /** Adds the row that begins there to `images`; gives where it ends. */
  readOne({ rows, beforeColumns, afterColumns }: RowsEvent, position: number, images: RowImage[]): number {
    return readRow(this.#before.of(beforeColumns), this.#after.of(afterColumns), rows, position, images)
  }
}

function readRow(
  readBefore: ImageReader | undefined,
  readAfter: ImageReader | undefined,
  rows: Buffer,
  position: number,
  images: RowImage[],
): number {
  const before = readBefore?.read(rows, position, undefined, undefined)
  const middle = readBefore?.end ?? position
  const after = readAfter?.read(rows, middle, readBefore, before)
  const end = readAfter?.end ?? middle
  if (end === position) throw malformed("A rows event holds bytes but no columns")
  images.push({ before, after })
  return end
}
