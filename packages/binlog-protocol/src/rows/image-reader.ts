import { isEqual, readUInt, readUInt16, readUInt8, readWord } from "../bytes/read.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import { ABSENT, NULL, truncated } from "./image.ts"
import type { ImageLayout } from "./image.ts"

/**
 * Reads the images of one table that hold the same columns. Strings that an update left alone are taken from the image
 * before it.
 */
export class ImageReader {
  /** Where the image read last ends. */
  end = 0
  /** Where the values of the last image begin and end, by ordinal, or ABSENT or NULL instead. */
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #layout: ImageLayout
  readonly #codecs: readonly ColumnCodec[]
  readonly #absent: readonly ColumnValue[]

  constructor(codecs: readonly ColumnCodec[], layout: ImageLayout) {
    this.#starts = new Int32Array(codecs.length).fill(ABSENT)
    this.#ends = new Int32Array(codecs.length)
    this.#layout = layout
    this.#codecs = codecs
    this.#absent = codecs.map(() => undefined)
  }

  /**
   * The values, by ordinal, of the image that begins at `position` in `rows`. `before` may tell of `old`, the image that it
   * has just read, of the same row before its change.
   */
  read(
    rows: Buffer,
    position: number,
    before: ImageReader | undefined,
    old: readonly ColumnValue[] | undefined,
  ): ColumnValue[] {
    const { present, widths, nullBytes } = this.#layout
    const codecs = this.#codecs
    const starts = this.#starts
    const ends = this.#ends
    const limit = rows.length
    const values = this.#absent.slice()
    const known = before ?? this
    let at = position + nullBytes
    if (at > limit) throw truncated()
    for (let index = 0; index < present.length; index++) {
      const ordinal = readWord(present, index)
      if ((readUInt8(rows, position + (index >> 3)) & (1 << (index & 7))) !== 0) {
        values[ordinal] = null
        starts[ordinal] = NULL
        continue
      }
      const width = readWord(widths, index)
      const start = width >= 0 ? at : at - width
      if (start > limit) throw truncated()
      at = start + (width >= 0 ? width : lengthAt(rows, at, -width))
      if (at > limit) throw truncated()
      const last = old === undefined ? undefined : old[ordinal]
      values[ordinal] =
        typeof last === "string" && known.#is(ordinal, rows, start, at)
          ? last
          : codecs[ordinal]?.read(rows, start, at)
      starts[ordinal] = start
      ends[ordinal] = at
    }
    this.end = at
    return values
  }

  /** Whether the value of the last image is that of the bytes from `start` to `end`. */
  #is(ordinal: number, rows: Buffer, start: number, end: number): boolean {
    const other = readWord(this.#starts, ordinal)
    const length = end - start
    return readWord(this.#ends, ordinal) - other === length && isEqual(rows, start, rows, other, length)
  }
}

/** The length that `prefix` bytes hold. */
function lengthAt(rows: Buffer, at: number, prefix: number): number {
  return prefix === 1 ? readUInt8(rows, at) : prefix === 2 ? readUInt16(rows, at) : readUInt(rows, at, prefix)
}
