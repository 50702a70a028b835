import { ByteWriter, columnCodec, createImageLayout, withHint } from "@canal/binlog-protocol"
import type { ColumnCodec, ColumnHints, ImageLayout } from "@canal/binlog-protocol"
import type { SourceTable } from "@canal/parser"
import { ColumnWriter } from "./column-writer.ts"
import { columnsWriter } from "./columns-writer.ts"
import type { ImagePlaces, WriteColumns } from "./columns-writer.ts"
import { namesOf } from "./header.ts"

/** Everything about a table that its rows have in common. Made once for each `SourceTable`. */
export class TablePlan {
  /** `schema.table`. */
  readonly name: string
  /** The header's schemaName and tableName fields. */
  readonly headerNames: Buffer
  readonly columns: readonly ColumnWriter[]
  readonly writeColumns: WriteColumns
  readonly before: ImagePlan
  readonly after: ImagePlan
  /** Bytes the length of the last row took: the guess for the next. */
  rowLengthWidth = 2

  constructor(
    table: SourceTable,
    hints: ColumnHints | undefined,
    zoneOffset: (utcSeconds: number) => number,
  ) {
    this.name = `${table.schema}.${table.name}`
    this.headerNames = namesOf(table.schema, table.name, new ByteWriter(64)).copy()
    const columns = table.map.columns.map((column, ordinal) => withHint(column, hints?.[ordinal]))
    const codecs = columns.map((column) => columnCodec(column))
    this.columns = columns.map((column, ordinal) => {
      const source = table.columns[ordinal] ?? { name: column.name ?? "", key: false, type: "" }
      return new ColumnWriter(ordinal, column, source, zoneOffset)
    })
    this.writeColumns = columnsWriter(this.columns)
    this.before = new ImagePlan(codecs)
    this.after = new ImagePlan(codecs)
  }
}

/** Where the values of one image lie, and the memory for it. */
class ImagePlan implements ImagePlaces {
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly fields: Int32Array
  readonly #codecs: readonly ColumnCodec[]
  #presence = Buffer.alloc(0)
  #layout: ImageLayout

  constructor(codecs: readonly ColumnCodec[]) {
    this.#codecs = codecs
    this.starts = new Int32Array(codecs.length)
    this.ends = new Int32Array(codecs.length)
    this.fields = new Int32Array(codecs.length + 1)
    this.#layout = createImageLayout([], this.#presence)
  }

  /** The layout of images that hold the columns whose bits are set; the last one is remembered. */
  layout(presence: Uint8Array): ImageLayout {
    if (!this.#presence.equals(presence)) {
      this.#layout = createImageLayout(this.#codecs, presence)
      this.#presence = Buffer.from(presence)
    }
    return this.#layout
  }
}
