import { decodeUtf8 } from "@canal/protocol"
import { type JsonShape, JsonShapes } from "./json-shape.ts"
import { type JsonValue, jsonOf } from "./json.ts"
import { readDouble, readInteger } from "./number.ts"
import { readText } from "./text.ts"

/** Deeper than MySQL allows. */
const MOST_NESTED = 128
/** So many digits are always exact in a `number`. */
const EXACT_DIGITS = 15

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const UPPER_E = 0x45
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const LOWER_E = 0x65
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** Stands for whatever is to be read by `jsonOf`. */
const notPlain = new Error("not plain JSON")

/** Bytes of a text from which on what was read of it is not kept until the next one. */
const LARGE = 4096

/** The shapes of the objects that came. */
export const jsonShapes: JsonShapes = new JsonShapes()

/** By the character behind a backslash what the two stand for, if that is printable. */
const ESCAPED: readonly number[] = Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte === SLASH ? byte : 0,
)
/** Room for a string without its escapes. */
const room = Buffer.alloc(512)

const NULL = Uint8Array.from(Buffer.from("null"))
const TRUE = Uint8Array.from(Buffer.from("true"))
const FALSE = Uint8Array.from(Buffer.from("false"))
const none = Buffer.alloc(0)

class JsonReader {
  #bytes: Buffer = none
  #at = 0
  #end = 0
  #depth = 0
  /** Members and elements of what is not complete yet. */
  #values: JsonValue[] = []
  #count = 0

  read(bytes: Buffer, start: number, end: number): JsonValue {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#depth = 0
    this.#count = 0
    try {
      const value = this.#value()
      this.#pass()
      if (this.#at === end) return value
    } catch (error) {
      if (error !== notPlain && !(error instanceof SyntaxError)) throw error
    } finally {
      this.#bytes = none
      if (end - start > LARGE) this.#values = []
    }
    return jsonOf(decodeUtf8(bytes, start, end))
  }

  /** Passes white space. @returns the byte behind it, which is not passed; 0 at the end */
  #pass(): number {
    let at = this.#at
    while (at < this.#end) {
      const byte = this.#bytes[at] ?? 0
      if (byte > 0x20) {
        this.#at = at
        return byte
      }
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) throw notPlain
      at++
    }
    this.#at = at
    return 0
  }

  #value(): JsonValue {
    const byte = this.#pass()
    if (byte === QUOTE) return this.#string()
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#number()
    if (byte === OPENING_BRACE) return this.#object()
    if (byte === OPENING_BRACKET) return this.#array()
    if (byte === 0x6e && this.#passes(NULL)) return null
    if (byte === 0x74 && this.#passes(TRUE)) return true
    if (byte === 0x66 && this.#passes(FALSE)) return false
    throw notPlain
  }

  #passes(wanted: Uint8Array): boolean {
    const bytes = this.#bytes
    const at = this.#at
    const { length } = wanted
    if (at + length > this.#end) return false
    for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false
    this.#at = at + length
    return true
  }

  #object(): JsonValue {
    if (++this.#depth > MOST_NESTED) throw notPlain
    this.#at++
    const from = this.#count
    let shape = jsonShapes.root
    if (this.#pass() === CLOSING_BRACE) {
      this.#at++
    } else {
      for (;;) {
        shape = this.#key(shape)
        const value = this.#value()
        this.#values[this.#count++] = value
        const byte = this.#pass()
        this.#at++
        if (byte === CLOSING_BRACE) break
        if (byte !== COMMA || this.#pass() !== QUOTE) throw notPlain
      }
    }
    this.#depth--
    this.#count = from
    return shape.object(this.#values, from)
  }

  /** Passes a key, and what follows up to its value. */
  #key(shape: JsonShape): JsonShape {
    for (const each of shape.following) if (this.#passes(each.bytes)) return each
    const start = this.#at
    if (this.#bytes[start] !== QUOTE) throw notPlain
    const key = this.#string()
    if (this.#pass() !== COLON) throw notPlain
    this.#at++
    this.#pass()
    const learned = jsonShapes.learn(shape, key, Uint8Array.from(this.#bytes.subarray(start, this.#at)))
    if (learned === undefined) throw notPlain
    return learned
  }

  #array(): JsonValue {
    if (++this.#depth > MOST_NESTED) throw notPlain
    this.#at++
    const from = this.#count
    if (this.#pass() === CLOSING_BRACKET) {
      this.#at++
    } else {
      for (;;) {
        const value = this.#value()
        this.#values[this.#count++] = value
        const byte = this.#pass()
        this.#at++
        if (byte === CLOSING_BRACKET) break
        if (byte !== COMMA) throw notPlain
      }
    }
    this.#depth--
    const array = this.#values.slice(from, this.#count)
    this.#count = from
    return array
  }

  #string(): string {
    const bytes = this.#bytes
    const start = this.#at + 1
    let at = start
    while (at < this.#end) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        this.#at = at + 1
        return readText(bytes, start, at)
      }
      if (byte === BACKSLASH || byte < 0x20) return this.#escapedString(start)
      at++
    }
    throw notPlain
  }

  /** A string that begins here, behind its quote, and has escapes. */
  #escapedString(start: number): string {
    const bytes = this.#bytes
    let count = 0
    let isShort = true
    let at = start
    for (; at < this.#end; at++) {
      let byte = bytes[at] ?? 0
      if (byte === QUOTE) break
      if (byte === BACKSLASH) byte = ESCAPED[bytes[++at] ?? 0] ?? 0
      if (byte < 0x20 || count === room.length) isShort = false
      else room[count++] = byte
    }
    if (at >= this.#end) throw notPlain
    this.#at = at + 1
    if (isShort) return readText(room, 0, count)
    const text: unknown = JSON.parse(decodeUtf8(bytes, start - 1, at + 1))
    if (typeof text !== "string") throw notPlain
    return text
  }

  #number(): JsonValue {
    const bytes = this.#bytes
    const start = this.#at
    const isNegative = bytes[start] === MINUS
    const first = isNegative ? start + 1 : start
    let value = 0
    let at = first
    let byte = 0
    for (; at < this.#end; at++) {
      byte = bytes[at] ?? 0
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + (byte - ZERO)
    }
    const digits = at - first
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) throw notPlain
    this.#at = at
    if (at < this.#end && (byte === POINT || byte === LOWER_E || byte === UPPER_E)) {
      this.#passFraction()
      return readDouble(bytes, start, this.#at)
    }
    if (digits <= EXACT_DIGITS) return isNegative ? -value : value
    return readInteger(bytes, start, at)
  }

  /** Passes what may come behind the digits of a number. */
  #passFraction(): void {
    if (this.#bytes[this.#at] === POINT) {
      this.#at++
      this.#passDigits()
    }
    const exponent = this.#at < this.#end ? this.#bytes[this.#at] : 0
    if (exponent !== LOWER_E && exponent !== UPPER_E) return
    this.#at++
    const sign = this.#bytes[this.#at]
    if (sign === PLUS || sign === MINUS) this.#at++
    this.#passDigits()
  }

  /** Passes one digit or more. */
  #passDigits(): void {
    const start = this.#at
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] ?? 0
      if (byte < ZERO || byte > NINE) break
      this.#at++
    }
    if (this.#at === start) throw notPlain
  }
}

const reader = new JsonReader()

/** Reads a JSON text without decoding it as a whole; its values are those of `jsonOf`. */
export function readJsonText(bytes: Buffer, start: number, end: number): JsonValue {
  const first = bytes[start]
  const isPlain = first === OPENING_BRACE || first === OPENING_BRACKET
  return isPlain ? reader.read(bytes, start, end) : jsonOf(decodeUtf8(bytes, start, end))
}
