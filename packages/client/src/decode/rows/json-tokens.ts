import { decodeUtf8 } from "@canal/protocol"
import { jsonShapes } from "../json-reader.ts"
import { type JsonShape, type JsonShapesMirror, MOST_FOLLOWING, WORTH_COMPILING } from "../json-shape.ts"
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
  KIND_INTEGER,
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
import { type TokenObjectMaker, tokenObjectMaker, type Tokens } from "./token-object-maker.ts"

/** What is known of the objects of one shape. */
interface KnownObjects {
  readonly shape: JsonShape
  /** How many were made without a function of their own. */
  made: number
  make: TokenObjectMaker | undefined
}

/** A token's words, and its numbers of 64 bits. */
const WORDS = TOKEN_SIZE / 4
const NUMBERS = TOKEN_SIZE / 8

/**
 * Makes values of JSON from the tokens that WebAssembly leaves behind, and tells it the keys of objects. Those are learned
 * where a document is read without it.
 */
export class JsonTokens implements JsonShapesMirror, Tokens {
  readonly #bytes: Buffer
  /** All memory, as what lies in tokens. */
  readonly words: Uint32Array
  readonly ints: Int32Array
  readonly numbers: Float64Array
  readonly #integers: BigUint64Array
  readonly #keys: number
  /** By the number of their shape. */
  #objects: KnownObjects[] = []
  /** Where the last keys of shapes lie, which have none where there was no room. */
  #places = new WeakMap<JsonShape, number>()
  #nextPlace = 0

  /** @param keys where they lie in these bytes, which are all memory of a module */
  constructor(bytes: Buffer, keys: number) {
    this.#bytes = bytes
    this.words = new Uint32Array(bytes.buffer)
    this.ints = new Int32Array(bytes.buffer)
    this.numbers = new Float64Array(bytes.buffer)
    this.#integers = new BigUint64Array(bytes.buffer)
    this.#keys = keys
    jsonShapes.mirror(this)
  }

  learned(shape: JsonShape, before: JsonShape): void {
    const beforePlace = this.#places.get(before)
    if (beforePlace !== undefined) this.#put(shape, beforePlace)
  }

  forgotten(root: JsonShape): void {
    this.#objects = []
    this.#places = new WeakMap()
    this.#nextPlace = this.#keys
    this.#put(root, 0)
  }

  value(token: number, piece: string, pieceStart: number): JsonValue {
    const { words } = this
    const at = token * WORDS
    const start = words[at + TOKEN_START / 4] ?? 0
    const end = words[at + TOKEN_END / 4] ?? 0
    switch (words[at + TOKEN_KIND / 4]) {
      case KIND_SLICE:
        return piece.slice(start - pieceStart, end - pieceStart)
      case KIND_INTEGER:
        return this.ints[at + TOKEN_END / 4] ?? 0
      case KIND_NUMBER:
        return this.numbers[token * NUMBERS + TOKEN_END / 8] ?? 0
      case KIND_OBJECT:
        return this.#object(start, end, piece, pieceStart)
      case KIND_ARRAY:
        return this.#array(start, end, piece, pieceStart)
      case KIND_TRUE:
        return true
      case KIND_FALSE:
        return false
      case KIND_LATIN1:
        return readLatin1(this.#bytes, start, end)
      case KIND_UTF16:
        return readUtf16(this.#bytes, start, end)
      case KIND_UTF8:
        return decodeUtf8(this.#bytes, start, end)
      case KIND_BIG:
        return this.#integers[token * NUMBERS + TOKEN_END / 8] ?? 0n
      case KIND_NEGATIVE_BIG:
        return -(this.#integers[token * NUMBERS + TOKEN_END / 8] ?? 0n)
      default:
        return null
    }
  }

  /** An object of this shape, whose members' tokens begin there. */
  #object(number: number, first: number, piece: string, pieceStart: number): JsonValue {
    const known = this.#objects[number]
    if (known === undefined) return null
    if (known.make !== undefined) return known.make(this, first, piece, pieceStart)
    const { keys, isCompilable } = known.shape
    if (++known.made === WORTH_COMPILING && isCompilable) {
      const kinds = keys.map((_, i) => this.words[(first + i) * WORDS + TOKEN_KIND / 4] ?? KIND_NULL)
      known.make = tokenObjectMaker(keys, kinds)
    }
    const object: Record<string, JsonValue> = {}
    for (const [i, key] of keys.entries()) object[key] = this.value(first + i, piece, pieceStart)
    return object
  }

  /** An array of so many elements, whose tokens begin there. A short one takes no more room than that: one that grows does. */
  #array(count: number, first: number, piece: string, pieceStart: number): JsonValue {
    if (count === 0) return []
    const value = this.value(first, piece, pieceStart)
    if (count === 1) return [value]
    const second = this.value(first + 1, piece, pieceStart)
    if (count === 2) return [value, second]
    const third = this.value(first + 2, piece, pieceStart)
    if (count === 3) return [value, second, third]
    const values = [value, second, third]
    for (let i = 3; i < count; i++) values.push(this.value(first + i, piece, pieceStart))
    return values
  }

  /** Puts a key behind the one that lies at `before`. */
  #put(shape: JsonShape, before: number): void {
    const place = this.#nextPlace
    const { bytes } = shape
    if (place + KEY_SIZE + bytes.length > this.#keys + KEYS_ROOM) return
    const number = this.#objects.push({ shape, made: 0, make: undefined }) - 1
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
