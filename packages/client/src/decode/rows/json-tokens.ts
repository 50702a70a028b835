import { decodeUtf8 } from "@canal/protocol"
import { jsonShapes } from "../json-reader.ts"
import { type JsonShape, type JsonShapesMirror, MOST_FOLLOWING } from "../json-shape.ts"
import type { JsonValue } from "../json.ts"
import { readLatin1, readUtf16 } from "../text.ts"
import {
  KEY_BYTES,
  KEY_FIRST,
  KEY_LENGTH,
  KEY_NEXT,
  KEY_SHAPE,
  KEY_SIZE,
  KEYS_ROOM,
  KIND_ARRAY,
  KIND_BIG,
  KIND_FALSE,
  KIND_LATIN1,
  KIND_NEGATIVE_BIG,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SLICE,
  KIND_TRUE,
  KIND_UTF16,
  KIND_UTF8,
  TOKEN_END,
  TOKEN_KIND,
  TOKEN_SIZE,
  TOKEN_START,
} from "../row-layout.ts"

/**
 * Room for the members and elements of what is not complete yet, in most documents. Each has an array of its own: what is stored in
 * one that is as young as its values need not be told to the collector.
 */
const ROOM: readonly JsonValue[] = Array.from({ length: 24 }, () => null)

/**
 * Makes values of JSON from the tokens that WebAssembly leaves behind, and tells it the keys of objects. Those are learned
 * where a document is read without it.
 */
export class JsonTokens implements JsonShapesMirror {
  readonly #bytes: Buffer
  readonly #words: Uint32Array
  readonly #numbers: Float64Array
  readonly #integers: BigUint64Array
  readonly #keys: number
  /** By number; and where their last keys lie, which have none where there was no room. */
  #shapes: JsonShape[] = []
  #places = new WeakMap<JsonShape, number>()
  #nextPlace = 0

  /** @param keys where they lie in these bytes, which are all memory of a module */
  constructor(bytes: Buffer, keys: number) {
    this.#bytes = bytes
    this.#words = new Uint32Array(bytes.buffer)
    this.#numbers = new Float64Array(bytes.buffer)
    this.#integers = new BigUint64Array(bytes.buffer)
    this.#keys = keys
    jsonShapes.mirror(this)
  }

  learned(shape: JsonShape, before: JsonShape): void {
    const beforePlace = this.#places.get(before)
    if (beforePlace !== undefined) this.#put(shape, beforePlace)
  }

  forgotten(root: JsonShape): void {
    this.#shapes = []
    this.#places = new WeakMap()
    this.#nextPlace = this.#keys
    this.#put(root, 0)
  }

  /** The value of a document whose tokens lie between two places, in a row with this piece of texts that begins there. */
  value(start: number, end: number, piece: string, pieceStart: number): JsonValue {
    const words = this.#words
    const values = ROOM.slice()
    let count = 0
    for (let token = start; token < end; token += TOKEN_SIZE) {
      const at = token >> 2
      const first = words[at + (TOKEN_START >> 2)] ?? 0
      switch (words[at + (TOKEN_KIND >> 2)]) {
        case KIND_SLICE:
          values[count++] = piece.slice(first - pieceStart, (words[at + (TOKEN_END >> 2)] ?? 0) - pieceStart)
          break
        case KIND_LATIN1:
          values[count++] = readLatin1(this.#bytes, first, words[at + (TOKEN_END >> 2)] ?? 0)
          break
        case KIND_NUMBER:
          values[count++] = this.#numbers[(token + TOKEN_END) >> 3] ?? 0
          break
        case KIND_OBJECT: {
          const shape = this.#shapes[first]
          count -= shape?.size ?? 0
          values[count] = shape?.object(values, count) ?? null
          count++
          break
        }
        case KIND_ARRAY:
          count -= first
          values[count] = values.slice(count, count + first)
          count++
          break
        case KIND_UTF16:
          values[count++] = readUtf16(this.#bytes, first, words[at + (TOKEN_END >> 2)] ?? 0)
          break
        case KIND_UTF8:
          values[count++] = decodeUtf8(this.#bytes, first, words[at + (TOKEN_END >> 2)] ?? 0)
          break
        case KIND_NULL:
          values[count++] = null
          break
        case KIND_TRUE:
          values[count++] = true
          break
        case KIND_FALSE:
          values[count++] = false
          break
        case KIND_BIG:
          values[count++] = this.#integers[(token + TOKEN_END) >> 3] ?? 0n
          break
        case KIND_NEGATIVE_BIG:
          values[count++] = -(this.#integers[(token + TOKEN_END) >> 3] ?? 0n)
          break
      }
    }
    const [value = null] = values
    return value
  }

  /** Puts a key behind the one that lies at `before`. */
  #put(shape: JsonShape, before: number): void {
    const place = this.#nextPlace
    const { bytes } = shape
    if (place + KEY_SIZE + bytes.length > this.#keys + KEYS_ROOM) return
    const number = this.#shapes.push(shape) - 1
    const memory = this.#bytes
    memory.writeUInt32LE(place + KEY_SIZE, place + KEY_BYTES)
    memory.writeUInt32LE(bytes.length, place + KEY_LENGTH)
    memory.writeUInt32LE(number, place + KEY_SHAPE)
    memory.writeUInt32LE(0, place + KEY_FIRST)
    memory.set(bytes, place + KEY_SIZE)
    memory.writeUInt32LE(before === 0 ? 0 : memory.readUInt32LE(before + KEY_FIRST), place + KEY_NEXT)
    if (before !== 0) memory.writeUInt32LE(place, before + KEY_FIRST)
    let last = place
    for (let i = 1; i < MOST_FOLLOWING && last !== 0; i++) last = memory.readUInt32LE(last + KEY_NEXT)
    if (last !== 0) memory.writeUInt32LE(0, last + KEY_NEXT)
    this.#places.set(shape, place)
    this.#nextPlace += (KEY_SIZE + bytes.length + 3) & ~3
  }
}
