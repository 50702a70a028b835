import { generated } from "../bytes/generated.ts"
import { readUInt8 } from "../bytes/read.ts"
import { utf8Text } from "../bytes/text.ts"
import { listenToShapes, makerSource, type Shape } from "../value/json-shape.ts"
import type { JsonValue } from "../value/parsed-json.ts"
import {
  KIND_ARRAY,
  KIND_FALSE,
  KIND_INTEGER,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SLICE,
  KIND_TRUE,
  SHAPE_COUNT,
  SHAPE_ENTRIES,
  SHAPE_LENGTH,
  SHAPE_SIZE,
  SHAPES_KNOWN,
} from "./value-layout.ts"

/** What WebAssembly leaves behind: its memory, and the slots in it. */
interface FoundSlots {
  readonly bytes: Buffer
  readonly kinds: Uint8Array
  readonly numbers: Float64Array
  readonly words: Uint32Array
  readonly ints: Int32Array
  readonly piece: string
}

/** Makes an object of members whose slots begin there. */
type MakeObject = (first: number) => JsonValue

/** Makes documents of the slots that WebAssembly leaves behind, and tells it the shapes of objects. */
export class JsonSlots {
  readonly #bytes: Buffer
  readonly #shapes: number
  readonly #makers: MakeObject[] = []
  /** Shapes that are to be told: while documents are made, slots refer to those that are known. */
  #learned: Shape[] = []
  /** The value in a slot of a document. */
  readonly value: (slot: number) => JsonValue

  /** @param shapes where they lie */
  constructor(found: FoundSlots, shapes: number) {
    this.#bytes = found.bytes
    this.#shapes = shapes
    const { kinds, ints, words, numbers, bytes } = found
    const makers = this.#makers
    const value = (slot: number): JsonValue => {
      switch (readUInt8(kinds, slot)) {
        case KIND_SLICE:
          return found.piece.slice(words[2 * slot] ?? 0, words[2 * slot + 1] ?? 0)
        case KIND_INTEGER:
          return ints[2 * slot] ?? 0
        case KIND_NULL:
          return null
        case KIND_TRUE:
          return true
        case KIND_FALSE:
          return false
        case KIND_NUMBER:
          return numbers[slot] ?? 0
        case KIND_OBJECT:
          return makers[words[2 * slot] ?? 0]?.(words[2 * slot + 1] ?? 0) ?? {}
        case KIND_ARRAY:
          return arrayOf(words[2 * slot + 1] ?? 0, words[2 * slot] ?? 0)
        default:
          return utf8Text(bytes, words[2 * slot] ?? 0, words[2 * slot + 1] ?? 0)
      }
    }
    /** Short ones are made with the room that they need: an array that grows takes room for seventeen elements. */
    const arrayOf = (first: number, count: number): JsonValue[] => {
      switch (count) {
        case 0:
          return []
        case 1:
          return [value(first)]
        case 2:
          return [value(first), value(first + 1)]
        case 3:
          return [value(first), value(first + 1), value(first + 2)]
        case 4:
          return [value(first), value(first + 1), value(first + 2), value(first + 3)]
      }
      const elements: JsonValue[] = []
      for (let index = 0; index < count; index++) elements.push(value(first + index))
      return elements
    }
    this.value = value
    listenToShapes((shape) => this.#learned.push(shape))
  }

  /** Tells WebAssembly of shapes that have been learned. What was read before is gone. */
  tell(): void {
    if (this.#learned.length === 0) return
    for (const shape of this.#learned) this.#put(shape)
    this.#learned = []
  }

  #put({ slot, keys, entries, bytes }: Shape): void {
    const place = this.#shapes + slot * SHAPE_SIZE
    const size = SHAPE_ENTRIES + 4 * entries.length + bytes.length
    if (slot >= SHAPES_KNOWN || size > SHAPE_SIZE) return
    const memory = this.#bytes
    memory.writeUInt32LE(entries.length, place + SHAPE_COUNT)
    memory.writeUInt32LE(bytes.length, place + SHAPE_LENGTH)
    for (const [index, entry] of entries.entries())
      memory.writeInt32LE(entry, place + SHAPE_ENTRIES + 4 * index)
    memory.set(bytes, place + SHAPE_ENTRIES + 4 * entries.length)
    const source = makerSource(keys, "first", (index) => `read(first + ${index})`)
    this.#makers[slot] = generated<MakeObject>(["keys", "read"], source)(keys, this.value)
  }
}
