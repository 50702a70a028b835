import type { ImagePlaces, ShapeColumn } from "@canal/protocol"
import { compiledRowReader, isCompilable } from "./compiled-row-reader.ts"
import { canGenerate } from "./generated.ts"
import { interpretedRowReader, type Row, type RowReader } from "./row-reader.ts"
import { type ValueReader, valueReader } from "./value.ts"

/** Rows of one shape from which on a function of its own is worth its making. */
const WORTH_COMPILING = 16

/** What is prepared for rows with the same columns. */
export class RowPlan {
  /** The names of the key's columns. */
  readonly key: readonly string[]
  readonly #names: readonly string[]
  readonly #readers: readonly ValueReader[]
  #read: RowReader
  #rows = 0

  constructor(columns: readonly ShapeColumn[]) {
    this.#names = columns.map(({ name }) => name)
    this.key = columns.filter(({ isKey }) => isKey).map(({ name }) => name)
    this.#readers = columns.map(({ mysqlType }) => valueReader(mysqlType))
    this.#read = interpretedRowReader(this.#names, this.#readers)
  }

  read(bytes: Buffer, places: ImagePlaces, before: Row | undefined): Row {
    if (++this.#rows === WORTH_COMPILING && canGenerate && isCompilable(this.#names)) {
      this.#read = compiledRowReader(this.#names, this.#readers)
    }
    return this.#read(bytes, places, before)
  }

  /** The names of the columns that an event changed. */
  changed({ updated }: ImagePlaces): readonly string[] {
    return this.#names.filter((_, i) => updated[i] === 1)
  }
}
