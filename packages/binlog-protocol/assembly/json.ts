import {
  JSON_SLOT,
  JSON_SLOTS,
  KIND_ARRAY,
  KIND_FALSE,
  KIND_INTEGER,
  KIND_NULL,
  KIND_OBJECT,
  KIND_TRUE,
  NO_KEYS,
  SHAPE_COUNT,
  SHAPE_ENTRIES,
  SHAPE_LENGTH,
  SHAPE_SIZE,
  SHAPES_KNOWN,
} from "../src/rows/value-layout"
import { isSame } from "./memory"
import { characters, putAscii, setCharacters } from "./piece"
import { putInteger, putKind, putNumber, putPair, putSigned, putText, putUnsigned } from "./slots"

/*
 * Puts the values of binary JSON into slots; how it is laid out stands in src/value/json-format.ts. What is refused here, or
 * not known, src/value/json-value.ts reads or refuses.
 */

/** The shapes that are known, each at a place of its own: JavaScript puts them there. */
export const SHAPES = memory.data(SHAPES_KNOWN * SHAPE_SIZE + 32, 16)

const SMALL_OBJECT: u8 = 0
const SMALL_ARRAY: u8 = 2
const LITERAL: u8 = 4
const INT16: u8 = 5
const UINT16: u8 = 6
const INT32: u8 = 7
const UINT32: u8 = 8
const INT64: u8 = 9
const UINT64: u8 = 10
const DOUBLE: u8 = 11
const STRING: u8 = 12

/** Far less deep than JavaScript goes. */
const MOST_NESTED = 32

/** The slot behind those that documents have. */
export let jsonSlot: u32 = 0

/** Where the document ends, and how many bytes of it are not used: none of a sound document serves two values. */
let limit: usize = 0
let left: i32 = 0

/** The first row begins. */
export function beginDocuments(): void {
  jsonSlot = JSON_SLOT
}

/** Puts an object or array. Answers whether all that it holds is known and has room. */
export function putDocument(slot: u32, from: usize, end: usize): bool {
  if (from >= end) return false
  const type = load<u8>(from)
  if (type !== SMALL_OBJECT && type !== SMALL_ARRAY) return false
  limit = end
  left = <i32>(end - from)
  const first = jsonSlot
  const texts = characters
  if (putContainer(slot, type, from + 1, 0)) return true
  jsonSlot = first
  setCharacters(texts)
  return false
}

/** Uses so many bytes; answers whether they are there. */
function use(at: usize, count: u32): bool {
  left -= count
  return at + count <= limit && left >= 0
}

function putContainer(slot: u32, type: u8, at: usize, depth: u32): bool {
  if (depth === MOST_NESTED || !use(at, 4)) return false
  const isObject = type === SMALL_OBJECT
  const count = <u32>load<u16>(at)
  let entries = at + 4
  if (!use(entries, count * (isObject ? 7 : 3))) return false
  const first = jsonSlot
  if (first + count > <u32>JSON_SLOT + JSON_SLOTS) return false
  jsonSlot += count
  if (isObject) {
    const shape = count === 0 ? NO_KEYS : shapeAt(entries, count)
    if (shape < 0) return false
    entries += count * 4
    putPair(slot, KIND_OBJECT, shape, first)
  } else putPair(slot, KIND_ARRAY, count, first)
  for (let index: u32 = 0; index < count; index++) {
    if (!putMember(first + index, at, entries + index * 3, depth)) return false
  }
  return true
}

/**
 * The number of the shape of a small object whose key entries begin at `entries`, which is the place where
 * src/value/json-shape.ts looks for it; -1 where it is not known.
 */
function shapeAt(entries: usize, count: u32): i32 {
  const first = <u32>load<u16>(entries)
  const last = entries + 4 * count - 4
  const length = <i32>load<u16>(last) + <i32>load<u16>(last, 2) - <i32>first
  const texts = entries + 7 * count
  if (first !== 4 + 7 * count || length < 4 || !use(texts, length)) return -1
  const hash = (load<u32>(texts) * 31) ^ (load<u32>(texts + length - 4) * 17) ^ ((<u32>length) << 8) ^ count
  const number = (hash ^ (hash >> 8) ^ (hash >> 16)) & (SHAPES_KNOWN - 1)
  const shape = SHAPES + number * SHAPE_SIZE
  if (load<u32>(shape, SHAPE_COUNT) !== count || load<u32>(shape, SHAPE_LENGTH) !== length) return -1
  const keys = shape + SHAPE_ENTRIES
  return isSame(keys, entries, 4 * count) && isSame(keys + 4 * count, texts, length) ? number : -1
}

/** Puts the value of which the entry at `entry` tells, in the container at `at`. */
function putMember(slot: u32, at: usize, entry: usize, depth: u32): bool {
  const type = load<u8>(entry)
  const from = at + load<u16>(entry, 1)
  switch (type) {
    case STRING:
      return putString(slot, from)
    case LITERAL: {
      const code = load<u8>(entry, 1)
      putKind(slot, code === 0 ? KIND_NULL : code === 1 ? KIND_TRUE : KIND_FALSE)
      return code <= 2
    }
    case INT16:
      putInteger(slot, KIND_INTEGER, <i32>load<i16>(entry, 1))
      return true
    case UINT16:
      putInteger(slot, KIND_INTEGER, load<u16>(entry, 1))
      return true
    case INT32:
      if (from + 4 > limit) return false
      putInteger(slot, KIND_INTEGER, load<u32>(from))
      return true
    case UINT32:
      if (from + 4 > limit) return false
      putNumber(slot, load<u32>(from))
      return true
    case INT64:
      return use(from, 8) && putSigned(slot, load<i64>(from))
    case UINT64:
      return use(from, 8) && putUnsigned(slot, load<u64>(from))
    case DOUBLE:
      if (!use(from, 8)) return false
      putNumber(slot, load<f64>(from))
      return true
    case SMALL_OBJECT:
    case SMALL_ARRAY:
      return putContainer(slot, type, from, depth + 1)
    default:
      return false
  }
}

function putString(slot: u32, from: usize): bool {
  let at = from
  let length: u32 = 0
  let shift: u32 = 0
  let byte: u32
  do {
    if (shift > 14 || !use(at, 1)) return false
    byte = <u32>load<u8>(at++)
    length |= (byte & 0x7f) << shift
    shift += 7
  } while (byte > 0x7f)
  if (!use(at, length)) return false
  putText(slot, putAscii(at, at + length), at, at + length)
  return true
}
