import { canGenerate } from "../bytes/generated.ts"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { columnCodec } from "../value/codecs.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import type { ColumnHints } from "../value/column.ts"
import { malformed } from "../value/malformed.ts"
import { compiledImageReader, MOST_COMPILED_COLUMNS } from "./compiled-image-reader.ts"
import { createImageLayout } from "./image.ts"
import type { ImageLayout } from "./image.ts"
import type { ImageCursor, ImageReader } from "./image-reader.ts"
import { interpretedImageReader } from "./image-reader.ts"

/**
 * A changed row: its values by ordinal before and after the change. `before` is `undefined` for an insert, `after`
 * for a delete. A column that the image does not hold is `undefined`, NULL is `null`.
 */
export interface RowImage {
  readonly before: readonly ColumnValue[] | undefined
  readonly after: readonly ColumnValue[] | undefined
}

/** Reads all rows of an event of the table it was made for. */
export type RowReader = (event: RowsEvent) => readonly RowImage[]

type MakeReader = (codecs: readonly ColumnCodec[], layout: ImageLayout) => ImageReader

/**
 * Prepares to read the rows of a table. The function it gives reads all rows of an event of that table into
 * JavaScript values, which share no memory with the event but for bytes of a MiB or more. It throws BinlogError
 * TRUNCATED or MALFORMED for bytes that are no rows of the table.
 *
 * Where Node allows it the reader is compiled: a function generated for the table, of numbers and indexes only.
 */
export function rowReader(table: TableMap, hints?: ColumnHints): RowReader {
  const compiles = canGenerate && table.columns.length <= MOST_COMPILED_COLUMNS
  return rowReaderBy(compiles ? compiledImageReader : interpretedImageReader, table, hints)
}

/** The same with image readers of one's choice. */
export function rowReaderBy(makeReader: MakeReader, table: TableMap, hints?: ColumnHints): RowReader {
  const codecs = table.columns.map((column, ordinal) => columnCodec(column, hints?.[ordinal]))
  const before = new Images(makeReader, codecs)
  const after = new Images(makeReader, codecs)
  const cursor: ImageCursor = { position: 0 }
  return ({ rows, beforeColumns, afterColumns }) => {
    const readBefore = beforeColumns === undefined ? undefined : before.reader(beforeColumns)
    const readAfter = afterColumns === undefined ? undefined : after.reader(afterColumns)
    const images: RowImage[] = []
    cursor.position = 0
    while (cursor.position < rows.length) {
      const begin = cursor.position
      const old = readBefore?.(rows, cursor.position, cursor)
      const fresh = readAfter?.(rows, cursor.position, cursor)
      if (cursor.position === begin) throw malformed("A rows event holds bytes but no columns")
      images.push({ before: old, after: fresh })
    }
    return images
  }
}

/** Remembers the reader of the images that came last: nearly always all hold the same columns. */
class Images {
  readonly #makeReader: MakeReader
  readonly #codecs: readonly ColumnCodec[]
  #presence: Buffer | undefined
  #reader: ImageReader | undefined

  constructor(makeReader: MakeReader, codecs: readonly ColumnCodec[]) {
    this.#makeReader = makeReader
    this.#codecs = codecs
  }

  reader(presence: Uint8Array): ImageReader {
    if (this.#reader !== undefined && this.#presence?.equals(presence) === true) return this.#reader
    this.#reader = this.#makeReader(this.#codecs, createImageLayout(this.#codecs, presence))
    this.#presence = Buffer.from(presence)
    return this.#reader
  }
}
