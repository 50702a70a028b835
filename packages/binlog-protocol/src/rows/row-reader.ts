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
import { InterpretedImageReader } from "./image-reader.ts"
import type { ImageReader } from "./image-reader.ts"

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

/** Bytes of rows from which on an event is one of many rows. Sources write events of 8 KiB while there are rows. */
const MANY = 4096

/**
 * Prepares to read the rows of a table. The function it gives reads all rows of an event of that table into
 * JavaScript values, which share no memory with the event but for bytes of a MiB or more. It throws BinlogError
 * TRUNCATED or MALFORMED for bytes that are no rows of the table.
 *
 * Where Node allows it, events of many rows are read by a function generated for the table, of numbers and indexes only.
 * For events of one row that is slower: functions of many tables take long to compile, and each is gone from the
 * processor's caches when its table comes again.
 */
export function rowReader(table: TableMap, hints?: ColumnHints): RowReader {
  const codecs = table.columns.map((column, ordinal) => columnCodec(column, hints?.[ordinal]))
  const interpreted = readerOf(codecs, interpretedImageReader)
  if (!canGenerate || codecs.length > MOST_COMPILED_COLUMNS) return interpreted
  const compiled = readerOf(codecs, compiledImageReader)
  return (event) => (event.rows.length < MANY ? interpreted(event) : compiled(event))
}

/** The same with image readers of one's choice. */
export function rowReaderBy(makeReader: MakeReader, table: TableMap, hints?: ColumnHints): RowReader {
  return readerOf(
    table.columns.map((column, ordinal) => columnCodec(column, hints?.[ordinal])),
    makeReader,
  )
}

export function interpretedImageReader(codecs: readonly ColumnCodec[], layout: ImageLayout): ImageReader {
  return new InterpretedImageReader(codecs, layout)
}

function readerOf(codecs: readonly ColumnCodec[], makeReader: MakeReader): RowReader {
  const before = new Images(makeReader, codecs)
  const after = new Images(makeReader, codecs)
  return ({ rows, beforeColumns, afterColumns }) => {
    const readBefore = beforeColumns === undefined ? undefined : before.reader(beforeColumns)
    const readAfter = afterColumns === undefined ? undefined : after.reader(afterColumns)
    const images: RowImage[] = []
    for (let position = 0; position < rows.length;) {
      const old = readBefore?.read(rows, position, undefined, undefined)
      const middle = readBefore?.end ?? position
      const fresh = readAfter?.read(rows, middle, readBefore, old)
      const end = readAfter?.end ?? middle
      if (end === position) throw malformed("A rows event holds bytes but no columns")
      images.push({ before: old, after: fresh })
      position = end
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
