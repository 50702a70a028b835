import { ByteReader } from "../bytes/byte-reader.ts"
import { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { columnCodec } from "../value/codecs.ts"
import type { ColumnCodec } from "../value/column-codec.ts"
import { ColumnType } from "../value/column-type.ts"
import { applyDiffs, DIFFS } from "../value/json-diff.ts"
import { readRawValue } from "../value/json-document.ts"
import { malformed } from "../value/malformed.ts"
import { createImageLayout, NULL, scanImage } from "./image.ts"

/**
 * What becomes of a JSON column of which an update logged the changes only: the whole `document` where the image before
 * the update holds it, else and always in `diffs` the changes themselves (`PartialJson`).
 */
export type PartialJsonForm = "document" | "diffs"

/*
 * After images of PARTIAL_UPDATE_ROWS: length-encoded options; if bit 0 is set a bit for each JSON column of the table,
 * in the image or not, lowest first, 1 if its value is changes instead of a document; then an image as elsewhere.
 */
const PARTIAL_JSON = 1

/** The event laid out as UPDATE_ROWS, when its rows are first asked for; what is wrong with them is told then. */
export function wholeUpdate(event: RowsEvent, form: PartialJsonForm): RowsEvent {
  let whole: Buffer | undefined
  return {
    ...event,
    get rows() {
      whole ??= located(event, () => new PartialUpdate(event, form).rewrite())
      return whole
    },
  }
}

function located(event: RowsEvent, rewrite: () => Buffer): Buffer {
  try {
    return rewrite()
  } catch (error) {
    if (!(error instanceof BinlogError)) throw error
    const message = `${error.message} (event of type ${event.typeCode} at ${event.file}:${event.position})`
    throw new BinlogError(error.code, message, { cause: error })
  }
}

const codecsOfTables = new WeakMap<TableMap, readonly ColumnCodec[]>()

function codecsOf(table: TableMap): readonly ColumnCodec[] {
  let codecs = codecsOfTables.get(table)
  if (codecs === undefined) {
    codecs = table.columns.map((column) => columnCodec(column))
    codecsOfTables.set(table, codecs)
  }
  return codecs
}

/** Reads the rows of one event and writes them anew. */
class PartialUpdate {
  readonly #event: RowsEvent
  readonly #form: PartialJsonForm
  readonly #codecs: readonly ColumnCodec[]
  readonly #oldStarts: Int32Array
  readonly #oldEnds: Int32Array
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #out: ByteWriter

  constructor(event: RowsEvent, form: PartialJsonForm) {
    this.#event = event
    this.#form = form
    this.#codecs = codecsOf(event.table)
    const count = this.#codecs.length
    this.#oldStarts = new Int32Array(count)
    this.#oldEnds = new Int32Array(count)
    this.#starts = new Int32Array(count)
    this.#ends = new Int32Array(count)
    this.#out = new ByteWriter(event.rows.length)
  }

  rewrite(): Buffer {
    const { rows, beforeColumns, afterColumns } = this.#event
    if (beforeColumns === undefined || afterColumns === undefined) throw new Error("An update has two images")
    const before = createImageLayout(this.#codecs, beforeColumns)
    const after = createImageLayout(this.#codecs, afterColumns)
    const out = this.#out
    for (let position = 0; position < rows.length;) {
      const oldEnd = scanImage(before, rows, position, this.#oldStarts, this.#oldEnds)
      out.copyFrom(rows, position, oldEnd)
      const { partial, end: imageAt } = this.#options(oldEnd)
      position = scanImage(after, rows, imageAt, this.#starts, this.#ends)
      if (partial.size === 0) {
        out.copyFrom(rows, imageAt, position)
        continue
      }
      out.copyFrom(rows, imageAt, imageAt + after.nullBytes)
      for (const ordinal of after.present) this.#value(ordinal, partial.has(ordinal))
    }
    return out.bytes.subarray(0, out.length)
  }

  /** Which columns hold changes only, by ordinal. */
  #options(at: number): { readonly partial: ReadonlySet<number>; readonly end: number } {
    const { rows, table } = this.#event
    const reader = new ByteReader(rows, at, rows.length, "A row of PARTIAL_UPDATE_ROWS")
    const options = reader.lengthEncoded()
    if (options > PARTIAL_JSON) throw reader.malformed(`the unknown options ${options}`)
    const partial = new Set<number>()
    if (options === PARTIAL_JSON) {
      const json = table.columns.flatMap(({ type }, ordinal) => (type === ColumnType.JSON ? [ordinal] : []))
      const bits = reader.take((json.length + 7) >> 3)
      for (const [index, ordinal] of json.entries())
        if ((readUInt8(rows, bits + (index >> 3)) & (1 << (index & 7))) !== 0) partial.add(ordinal)
    }
    return { partial, end: reader.at }
  }

  #value(ordinal: number, partial: boolean): void {
    const { rows } = this.#event
    const start = this.#starts[ordinal] ?? NULL
    if (start < 0) return
    const end = this.#ends[ordinal] ?? start
    const prefix = Math.max(0, -(this.#codecs[ordinal]?.width ?? 0))
    if (!partial) return this.#out.copyFrom(rows, start - prefix, end)
    const oldStart = this.#oldStarts[ordinal] ?? NULL
    if (oldStart === NULL) throw malformed("An update changes parts of a JSON document that is NULL")
    if (oldStart < 0 || this.#form === "diffs") {
      this.#writeLength(end - start + 1, prefix)
      this.#out.byte(DIFFS)
      this.#out.copyFrom(rows, start, end)
      return
    }
    const oldEnd = this.#oldEnds[ordinal] ?? oldStart
    // No change at all: the document stays as it lies.
    if (end === start) return this.#out.copyFrom(rows, oldStart - prefix, oldEnd)
    const document = readRawValue(rows, oldStart, oldEnd)
    const { type, bytes } = applyDiffs(document, rows, start, end)
    this.#writeLength(1 + bytes.length, prefix)
    this.#out.byte(type)
    this.#out.copyFrom(bytes, 0, bytes.length)
  }

  #writeLength(length: number, prefix: number): void {
    this.#out.reserve(prefix)
    this.#out.length = this.#out.bytes.writeUIntLE(length, this.#out.length, prefix)
  }
}
