import { readLatin1, readUtf16 } from "../text.ts"
import { readValue, type Value, type ValueType, valueType } from "../value.ts"
import type { ShapeColumn } from "./image-shape.ts"
import {
  KIND_BIG,
  KIND_BYTES,
  KIND_JSON,
  KIND_LABEL,
  KIND_LATIN1,
  KIND_NEGATIVE_BIG,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  KIND_UTF16,
} from "../row-layout.ts"
import { type Row, type RowMaker, rowMaker } from "./row-maker.ts"
import type { ImagePlaces } from "./wasm-images.ts"

/** What is prepared for rows with the same columns. */
export class RowPlan {
  /** The names of the key's columns. */
  readonly key: readonly string[]
  readonly #names: readonly string[]
  readonly #types: readonly ValueType[]
  readonly #make: RowMaker
  /** As many values. */
  readonly #nulls: readonly Value[]

  constructor(columns: readonly ShapeColumn[]) {
    this.#names = columns.map(({ name }) => name)
    this.key = columns.filter(({ isKey }) => isKey).map(({ name }) => name)
    this.#types = columns.map(({ mysqlType }) => valueType(mysqlType))
    this.#make = rowMaker(this.#names)
    this.#nulls = columns.map(() => null)
  }

  /**
   * The values of an image, in a row with this piece. One that repeats that `before` it is taken from there, unless it is
   * an object: those are never shared.
   */
  values(places: ImagePlaces, piece: string, before?: readonly Value[]): readonly Value[] {
    const { kinds } = places
    // Of their number at once: an array that grows is moved several times.
    const values = this.#nulls.slice()
    let i = 0
    for (const type of this.#types) {
      const kind = kinds[i] ?? 0
      const old = kind >= KIND_REPEATED ? before?.[i] : undefined
      const isTaken = old !== undefined && typeof old !== "object"
      values[i] = isTaken ? old : valueAt(kind & ~KIND_REPEATED, type, places, i, piece)
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

function valueAt(kind: number, type: ValueType, places: ImagePlaces, i: number, piece: string): Value {
  if (kind === KIND_NULL) return null
  if (kind === KIND_NUMBER) return places.numbers[i] ?? 0
  const { bytes } = places
  const start = places.starts[i] ?? 0
  const end = places.ends[i] ?? 0
  switch (kind) {
    case KIND_SLICE:
      return piece.slice(start, end)
    case KIND_LATIN1:
      return readLatin1(bytes, start, end)
    case KIND_UTF16:
      return readUtf16(bytes, start, end)
    case KIND_JSON:
      return places.json.value(start, end, piece)
    case KIND_BYTES:
      return places.octets.slice(start, end)
    case KIND_LABEL:
      return type.labelOf(places.numbers[i] ?? 0)
    case KIND_BIG:
      return places.integers[i] ?? 0n
    case KIND_NEGATIVE_BIG:
      return -(places.integers[i] ?? 0n)
    default:
      return readValue(type, bytes, start, end, places.numbers[i] ?? 0)
  }
}
