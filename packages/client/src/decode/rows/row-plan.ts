import {
  KIND_INTEGER,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  SLOT_END,
  SLOT_KIND,
  SLOT_SIZE,
  SLOT_START,
  SLOT_UPDATED,
} from "../row-layout.ts"
import { type Value, type ValueType, valueType } from "../value.ts"
import type { FoundRows } from "./found-rows.ts"
import type { ShapeColumn } from "./image-shape.ts"
import { type Row, type RowMaker, rowMaker } from "./row-maker.ts"
import { type SlotRowMaker, slotRowMaker } from "./slot-row-maker.ts"
import { slotValue } from "./slot-value.ts"

/** So many rows that come together are worth a function for their columns. */
const MANY = 8

/** What is prepared for rows with the same columns. */
export class RowPlan {
  /** The names of the key's columns. */
  readonly key: readonly string[]
  readonly #names: readonly string[]
  readonly #types: readonly ValueType[]
  readonly #make: RowMaker
  /** Made when it is first asked for; then `undefined` where there is none. */
  #makeOfSlots: SlotRowMaker | "not made" | undefined = "not made"
  /** As many values. */
  readonly #nulls: readonly Value[]

  constructor(columns: readonly ShapeColumn[]) {
    this.#names = columns.map(({ name }) => name)
    this.key = columns.filter(({ isKey }) => isKey).map(({ name }) => name)
    this.#types = columns.map(({ mysqlType }) => valueType(mysqlType))
    this.#make = rowMaker(this.#names)
    this.#nulls = columns.map(() => null)
  }

  /** How many slots an image takes. */
  get size(): number {
    return this.#types.length
  }

  /** Room for the values of one image after the other. */
  room(): Value[] {
    return this.#nulls.slice()
  }

  /**
   * An image of the row that was gone to, whose slots begin there. Its values stay in `values`.
   * @param before the values of the image before it: those are taken that are repeated, unless they are objects, which are
   * never shared
   */
  row(rows: FoundRows, slots: number, values: Value[], before?: readonly Value[]): Row {
    const { slotBytes, ints, numbers, words, piece, pieceStart } = rows
    let i = 0
    for (const type of this.#types) {
      const slot = slots + i
      const kind = slotBytes[slot * SLOT_SIZE + SLOT_KIND] ?? 0
      // What most values are is read without a call; repeated, it is always taken.
      if (kind === KIND_INTEGER) values[i] = ints[(slot * SLOT_SIZE) / 4] ?? 0
      else if (kind === KIND_NUMBER) values[i] = numbers[(slot * SLOT_SIZE) / 8] ?? 0
      else if (kind === KIND_SLICE) {
        const word = (slot * SLOT_SIZE) / 4
        const start = words[word + SLOT_START / 4] ?? 0
        const end = words[word + SLOT_END / 4] ?? 0
        values[i] = piece.slice(start - pieceStart, end - pieceStart)
      } else {
        const old = kind >= KIND_REPEATED ? before?.[i] : undefined
        const isTaken = old !== undefined && typeof old !== "object"
        values[i] = isTaken ? old : slotValue(rows, slot, type)
      }
      i++
    }
    return this.#make(values)
  }

  /** What makes those of these rows that have one image. */
  maker({ count }: FoundRows): SlotRowMaker {
    if (count >= MANY) {
      if (this.#makeOfSlots === "not made") this.#makeOfSlots = slotRowMaker(this.#names, this.#types)
      if (this.#makeOfSlots !== undefined) return this.#makeOfSlots
    }
    const values = this.room()
    return (rows, slots) => this.row(rows, slots, values)
  }

  /** The names of the columns that an event changed, in the image whose slots begin there. */
  changed({ slotBytes }: FoundRows, slots: number): readonly string[] {
    const names: string[] = []
    let updated = slots * SLOT_SIZE + SLOT_UPDATED
    for (const name of this.#names) {
      if (slotBytes[updated] === 1) names.push(name)
      updated += SLOT_SIZE
    }
    return names
  }
}
