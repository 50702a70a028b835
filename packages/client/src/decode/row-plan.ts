import type { ImagePlaces, ShapeColumn } from "@canal/protocol"
import { type Row, type RowMaker, rowMaker } from "./row-maker.ts"
import { readValue, type Value, type ValueType, valueType } from "./value.ts"

/** What is prepared for rows with the same columns. */
export class RowPlan {
  /** The names of the key's columns. */
  readonly key: readonly string[]
  readonly #names: readonly string[]
  readonly #types: readonly ValueType[]
  readonly #make: RowMaker

  constructor(columns: readonly ShapeColumn[]) {
    this.#names = columns.map(({ name }) => name)
    this.key = columns.filter(({ isKey }) => isKey).map(({ name }) => name)
    this.#types = columns.map(({ mysqlType }) => valueType(mysqlType))
    this.#make = rowMaker(this.#names)
  }

  /**
   * The values that were found in an image. One that repeats that `before` it is taken from there, unless it is an object:
   * those are never shared.
   */
  values(bytes: Buffer, places: ImagePlaces, before?: readonly Value[]): readonly Value[] {
    const { starts, ends, sqlTypes, repeated } = places
    const values: Value[] = []
    let i = 0
    for (const type of this.#types) {
      const start = starts[i] ?? -1
      const old = repeated[i] === 1 ? before?.[i] : undefined
      if (start < 0) values.push(null)
      else if (old !== undefined && typeof old !== "object") values.push(old)
      else values.push(readValue(type, bytes, start, ends[i] ?? start, sqlTypes[i] ?? 0))
      i++
    }
    return values
  }

  row(values: readonly Value[]): Row {
    return this.#make(values)
  }

  /** The names of the columns that an event changed. */
  changed({ updated }: ImagePlaces): readonly string[] {
    const names: string[] = []
    for (const [i, name] of this.#names.entries()) if (updated[i] === 1) names.push(name)
    return names
  }
}
