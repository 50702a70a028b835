import {
  KEY_BYTES,
  KEY_FIRST,
  KEY_LENGTH,
  KEY_NEXT,
  KEY_SHAPE,
  KEYS_ROOM,
  KIND_ARRAY,
  KIND_FALSE,
  KIND_LATIN1,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SLICE,
  KIND_TRUE,
  TOKEN_END,
  TOKEN_KIND,
  TOKEN_SIZE,
  TOKEN_START,
  TOKENS_ROOM,
} from "../src/decode/row-layout"
import { isSame } from "./memory"
import { digitsEnd, double, findDouble, findInteger, integerBits, integerKind } from "./number"
import { addShort, addSlice, sliceStart } from "./piece"
import { findText, textEnd, textKind, textStart } from "./text"

/** The keys that are known: JavaScript puts them there. The first one is none, behind which objects begin. */
export const KEYS = memory.data(KEYS_ROOM + 16, 16)
/** Tokens of the documents of all rows that are read together. */
export const TOKENS = memory.data(TOKENS_ROOM + 16, 16)
/** Those of members and elements of what is not complete yet. */
const PENDING = memory.data(TOKENS_ROOM + 16, 16)

/** Deeper than MySQL allows. */
const MOST_NESTED = 128

const QUOTE: u8 = 0x22
const COMMA: u8 = 0x2c
const MINUS: u8 = 0x2d
const POINT: u8 = 0x2e
const SLASH: u8 = 0x2f
const ZERO: u8 = 0x30
const OPENING_BRACKET: u8 = 0x5b
const BACKSLASH: u8 = 0x5c
const CLOSING_BRACKET: u8 = 0x5d
const OPENING_BRACE: u8 = 0x7b
const CLOSING_BRACE: u8 = 0x7d
const SPACE: u8 = 0x20
/** Four letters, the first the least significant byte. */
const NULL: u32 = 0x6c6c756e
const TRUE: u32 = 0x65757274
const ALSE: u32 = 0x65736c61

/** Where tokens that were put end. */
export let tokensEnd: usize = TOKENS
/** The number of the document's own token. */
export let documentToken: u32 = 0
/** Where texts that were made end. */
export let jsonTexts: usize = 0

let pendingEnd: usize = PENDING
let position: usize = 0
let limit: usize = 0
let depth: i32 = 0

/**
 * Puts the tokens of an object or array to `to`, and texts that must be made to `texts`. Gives false where the text is no
 * JSON, or has anything that is not usual: keys that are not known, white space in unusual places, control characters.
 */
export function putJson(from: usize, end: usize, to: usize, texts: usize): bool {
  const first = load<u8>(from)
  if (from === end || (first !== OPENING_BRACE && first !== OPENING_BRACKET)) return false
  position = from
  limit = end
  depth = 0
  tokensEnd = to
  pendingEnd = PENDING
  jsonTexts = texts
  if (!putValue() || position !== limit) return false
  documentToken = <u32>tokensEnd / TOKEN_SIZE
  return moveTokens(PENDING)
}

/** Puts a token of what may be in something else. Gives false where there is no room. */
function putToken(kind: u32, start: u32): bool {
  if (pendingEnd === PENDING + TOKENS_ROOM) return false
  store<u32>(pendingEnd, kind, TOKEN_KIND)
  store<u32>(pendingEnd, start, TOKEN_START)
  pendingEnd += TOKEN_SIZE
  return true
}

/** Puts a token of what has all that is pending from here on in it, side by side in their own place. */
function putParent(kind: u32, start: u32, first: usize): bool {
  const number = <u32>tokensEnd / TOKEN_SIZE
  if (!moveTokens(first)) return false
  store<u32>(pendingEnd, number, TOKEN_END)
  return putToken(kind, start)
}

/** Moves what is pending from here on to where it stays. Gives false where there is no room. */
function moveTokens(first: usize): bool {
  const size = pendingEnd - first
  if (tokensEnd + size > TOKENS + TOKENS_ROOM) return false
  for (let at: usize = 0; at < size; at += TOKEN_SIZE) v128.store(tokensEnd + at, v128.load(first + at))
  tokensEnd += size
  pendingEnd = first
  return true
}

function putValue(): bool {
  if (position >= limit) return false
  const byte = load<u8>(position)
  if (byte === QUOTE) return putString()
  if (byte === MINUS || byte - ZERO <= 9) return putNumber()
  if (byte === OPENING_BRACE) return putObject()
  if (byte === OPENING_BRACKET) return putArray()
  const word = load<u32>(position)
  if (word === NULL) {
    position += 4
    return putToken(KIND_NULL, 0)
  }
  if (word === TRUE) {
    position += 4
    return putToken(KIND_TRUE, 0)
  }
  if (byte === 0x66 && load<u32>(position, 1) === ALSE) {
    position += 5
    return putToken(KIND_FALSE, 0)
  }
  return false
}

/** Passes what stands between two values, or behind the last one: answers with `close`, a comma, or 0 for anything else. */
function passSeparator(close: u8): u8 {
  const byte = load<u8>(position++)
  if (byte === COMMA && load<u8>(position) === SPACE) position++
  return byte === COMMA || byte === close ? byte : 0
}

function putObject(): bool {
  if (++depth > MOST_NESTED) return false
  const first = pendingEnd
  let key = KEYS
  position++
  if (load<u8>(position) === CLOSING_BRACE) position++
  else {
    for (;;) {
      key = passKey(key)
      if (key === 0 || !putValue()) return false
      const byte = passSeparator(CLOSING_BRACE)
      if (byte === CLOSING_BRACE) break
      if (byte === 0) return false
    }
  }
  depth--
  return putParent(KIND_OBJECT, load<u32>(key, KEY_SHAPE), first)
}

/** Passes a key that comes behind another one, up to its value; gives it, or 0. */
function passKey(before: usize): usize {
  for (let key = <usize>load<u32>(before, KEY_FIRST); key !== 0; key = load<u32>(key, KEY_NEXT)) {
    const length = load<u32>(key, KEY_LENGTH)
    if (!isSame(load<u32>(key, KEY_BYTES), position, length)) continue
    position += length
    return key
  }
  return 0
}

function putArray(): bool {
  if (++depth > MOST_NESTED) return false
  const first = pendingEnd
  position++
  if (load<u8>(position) === CLOSING_BRACKET) position++
  else {
    for (;;) {
      if (!putValue()) return false
      const byte = passSeparator(CLOSING_BRACKET)
      if (byte === CLOSING_BRACKET) break
      if (byte === 0) return false
    }
  }
  depth--
  return putParent(KIND_ARRAY, <u32>(pendingEnd - first) / TOKEN_SIZE, first)
}

function putString(): bool {
  const start = position + 1
  // Of up to fifteen characters of ASCII, as most are: all is seen at once.
  const bytes = v128.load(start)
  const length = <u32>ctz(stopsIn(bytes) | 0x8000)
  const end = start + length
  if (load<u8>(end) === QUOTE && end < limit && isAscii(bytes, length) && addShort(bytes, length)) {
    position = end + 1
    store<u32>(pendingEnd, <u32>sliceStart + length, TOKEN_END)
    return putToken(KIND_SLICE, <u32>sliceStart)
  }
  passPlain(start)
  if (position >= limit) return false
  const byte = load<u8>(position)
  if (byte !== QUOTE) return byte === BACKSLASH && putEscapedString(start)
  return putText(start, position)
}

/** Goes to the first quote, backslash or control character, or behind the limit. */
function passPlain(from: usize): void {
  for (position = from; position < limit; position += 16) {
    const found = stopsIn(v128.load(position))
    if (found !== 0) {
      position += ctz(found)
      return
    }
  }
}

/** Which of these bytes are quotes, backslashes or control characters. */
function stopsIn(bytes: v128): i32 {
  const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE))
  const backslashes = i8x16.eq(bytes, i8x16.splat(BACKSLASH))
  const controls = i8x16.lt_u(bytes, i8x16.splat(SPACE))
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls))
}

function isAscii(bytes: v128, length: u32): bool {
  return (i8x16.bitmask(bytes) & ((1 << length) - 1)) === 0
}

/** A string that begins here, behind its quote, and has a backslash at the position. */
function putEscapedString(start: usize): bool {
  const made = jsonTexts
  for (let from = start; position < limit; passPlain(from)) {
    const length = position - from
    memory.copy(jsonTexts, from, length)
    jsonTexts += length
    const byte = load<u8>(position)
    if (byte === QUOTE) return putText(made, jsonTexts)
    const escaped = load<u8>(position, 1)
    if (byte !== BACKSLASH || (escaped !== QUOTE && escaped !== BACKSLASH && escaped !== SLASH)) return false
    store<u8>(jsonTexts++, escaped)
    from = position + 2
  }
  return false
}

/** Puts text, and passes the quote at the position. */
function putText(from: usize, end: usize): bool {
  position++
  if (!findText(from, end, jsonTexts)) return false
  if (textKind === KIND_LATIN1 && addSlice(textStart, textEnd)) {
    store<u32>(pendingEnd, <u32>(sliceStart + (textEnd - textStart)), TOKEN_END)
    return putToken(KIND_SLICE, <u32>sliceStart)
  }
  if (textStart !== from) jsonTexts = textEnd
  store<u32>(pendingEnd, <u32>textEnd, TOKEN_END)
  return putToken(textKind, <u32>textStart)
}

function putNumber(): bool {
  const start = position
  const first = start + (load<u8>(start) === MINUS ? 1 : 0)
  position = digitsEnd(first, limit)
  const digits = position - first
  if (digits === 0 || (digits > 1 && load<u8>(first) === ZERO)) return false
  const byte = load<u8>(position)
  if (byte !== POINT && (byte | 0x20) !== 0x65) {
    if (position > limit || !findInteger(start, position)) return false
    store<u64>(pendingEnd, integerBits, TOKEN_END)
    return putToken(integerKind, 0)
  }
  if (byte === POINT) {
    const fraction = position + 1
    position = digitsEnd(fraction, limit)
    if (position === fraction) return false
  }
  if ((load<u8>(position) | 0x20) === 0x65) {
    const sign = load<u8>(position, 1)
    position += sign === MINUS || sign === 0x2b ? 2 : 1
    position = digitsEnd(position, limit)
  }
  if (position > limit || !findDouble(start, position)) return false
  store<f64>(pendingEnd, double, TOKEN_END)
  return putToken(KIND_NUMBER, 0)
}
