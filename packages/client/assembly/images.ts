import {
  FRONT_BYTES,
  FRONT_LENGTH,
  FRONT_READS,
  FRONT_SIZE,
  FRONT_SQL_TYPE,
  INPUT_ROOM,
  KIND_BYTES,
  KIND_FOREIGN,
  KIND_JSON,
  KIND_LABEL,
  KIND_LATIN1,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  PLACES_BEGINS,
  PLACES_ENDS,
  PLACES_KINDS,
  PLACES_NUMBERS,
  PLACES_SIZE,
  PLACES_STARTS,
  PLACES_UPDATED,
  READS_BYTES,
  READS_DOUBLE,
  READS_INTEGER,
  READS_JSON,
  READS_LABEL,
  READS_TEXT,
  RECORD_BACK,
  RECORD_BACK_LENGTH,
  RECORD_FRONT,
  RECORD_FRONTS,
  RECORD_SIZE,
  SHAPE_COLUMNS,
  SHAPE_RECORDS,
  SHAPES_ROOM,
  TEXTS_ROOM,
} from "../src/decode/row-layout"
import { jsonTexts, putJson, TOKENS, tokensEnd } from "./json"
import { isSame, length, loadVarint } from "./memory"
import { double, findDouble, findInteger, integerKind, integerBits } from "./number"
import { addSlice, beginSlices, endSlices, sliceStart } from "./piece"
import { findText, putBytes, textEnd, textKind, textStart } from "./text"

/*
 * Finds the columns of a row image by what they have in common with those of other rows, and reads their values as far
 * as JavaScript need not. A column as Canal writes it: the fields 1 index, 2 sqlType, 3 name, 4 isKey are its front, then
 * 5 updated, 6 isNull and, unless it is NULL, 8 value; 10 mysqlType is its back. The memory is laid out in
 * src/decode/row-layout.ts.
 *
 * Memory behind each of these areas may be read and written up to 32 bytes too far.
 */

export { KEYS } from "./json"
export { POWERS } from "./number"
export { PIECE } from "./piece"

/** Where shapes lie. */
export const SHAPES = memory.data(SHAPES_ROOM + 16, 16)
/** The content of an entry. */
export const INPUT = memory.data(INPUT_ROOM + 32, 16)
/** Where the columns of a row's first image are, and of that after an update. */
export const FIRST = memory.data(PLACES_SIZE, 16)
export const SECOND = memory.data(PLACES_SIZE, 16)
/** Texts and bytes that were made of what was read, until the next first image. */
export const TEXTS = memory.data(TEXTS_ROOM + 64, 16)

/** The fields 5 and 6 in four bytes: each a tag, and a value that is 0 or 1. */
const FLAGS: u32 = 0x0030_0028
const FLAG_VALUES: u32 = 0x0100_0100
const VALUE: u8 = 0x42

/** Where the next text is put, and the next token of JSON; and where those of the first image end. */
let texts: usize = TEXTS
let tokens: usize = TOKENS
let firstTexts: usize = TEXTS
let firstTokens: usize = TOKENS

/**
 * Finds the columns of an image that begins at `at`, in a row that ends at `end`. Each begins with `tag`. Gives where the
 * image ends, 0 where it has not these columns, all of them and no more. An image after an update is compared with FIRST.
 */
export function readImage(
  shape: usize,
  from: usize,
  end: usize,
  tag: u32,
  places: usize,
  isCompared: bool,
): usize {
  texts = places === FIRST ? TEXTS : firstTexts
  tokens = places === FIRST ? TOKENS : firstTokens
  beginSlices(places === FIRST)
  const columns = load<u32>(shape, SHAPE_COLUMNS)
  const recordsEnd = shape + SHAPE_RECORDS + columns * RECORD_SIZE
  let at = from
  let ordinal: usize = 0
  for (let record = shape + SHAPE_RECORDS; record < recordsEnd; record += RECORD_SIZE, ordinal++) {
    // A tag, a length, and at least the four bytes of the fields that are always there.
    if (at + 6 > end || load<u8>(at) !== <u8>tag) return 0
    at++
    store<u32>(places + (ordinal << 2), <u32>at, PLACES_BEGINS)
    if (isCompared) {
      const size = repeatedSize(ordinal, at, end)
      if (size !== 0) {
        repeat(ordinal, places)
        at += size
        continue
      }
    }
    at = readColumn(record, at, end, places, ordinal)
    if (at === 0) return 0
  }
  endSlices(places === FIRST)
  if (places === FIRST) {
    firstTexts = texts
    firstTokens = tokens
  }
  store<u32>(places + (ordinal << 2), <u32>at + 1, PLACES_BEGINS)
  return at === end || load<u8>(at) !== <u8>tag ? at : 0
}

/** How long the column at `at` is if it is that of the first image; else 0. */
function repeatedSize(ordinal: usize, at: usize, end: usize): u32 {
  const begin = load<u32>(FIRST + (ordinal << 2), PLACES_BEGINS)
  const size = load<u32>(FIRST + (ordinal << 2) + 4, PLACES_BEGINS) - 1 - begin
  return at + size <= end && isSame(begin, at, size) ? size : 0
}

/** Says of a column what was said of it in the first image. */
function repeat(ordinal: usize, places: usize): void {
  store<f64>(places + (ordinal << 3), load<f64>(FIRST + (ordinal << 3), PLACES_NUMBERS), PLACES_NUMBERS)
  store<u32>(places + (ordinal << 2), load<u32>(FIRST + (ordinal << 2), PLACES_STARTS), PLACES_STARTS)
  store<u32>(places + (ordinal << 2), load<u32>(FIRST + (ordinal << 2), PLACES_ENDS), PLACES_ENDS)
  store<u8>(places + ordinal, load<u8>(FIRST + ordinal, PLACES_KINDS) | KIND_REPEATED, PLACES_KINDS)
  store<u8>(places + ordinal, load<u8>(FIRST + ordinal, PLACES_UPDATED), PLACES_UPDATED)
}

/** Reads the column whose length is at `from`; gives where it ends, or 0. */
function readColumn(record: usize, from: usize, end: usize, places: usize, ordinal: usize): usize {
  let at = loadVarint(from)
  const columnEnd = at + length
  if (at === 0 || columnEnd > end) return 0
  const backLength = load<u32>(record, RECORD_BACK_LENGTH)
  if (backLength > length) return 0
  const backAt = columnEnd - backLength
  const front = findFront(record, at, backAt)
  if (front === 0 || !isSame(load<u32>(record, RECORD_BACK), backAt, backLength)) return 0
  at += load<u32>(front, FRONT_LENGTH)
  const flags = load<u32>(at)
  if ((flags & ~FLAG_VALUES) !== FLAGS) return 0
  at += 4
  store<u8>(places + ordinal, <u8>(flags >> 8), PLACES_UPDATED)
  if (at === backAt) {
    store<u8>(places + ordinal, KIND_NULL, PLACES_KINDS)
    return columnEnd
  }
  if (load<u8>(at) !== VALUE) return 0
  at = loadVarint(at + 1)
  if (at === 0 || at + length !== backAt) return 0
  readValue(front, at, backAt, places, ordinal)
  return columnEnd
}

/** The front that stands at `at`, and the two fields behind it before `backAt`; or 0. */
function findFront(record: usize, at: usize, backAt: usize): usize {
  const frontsEnd = record + RECORD_FRONT + load<u32>(record, RECORD_FRONTS) * FRONT_SIZE
  for (let front = record + RECORD_FRONT; front < frontsEnd; front += FRONT_SIZE) {
    const frontLength = load<u32>(front, FRONT_LENGTH)
    if (at + frontLength + 4 <= backAt && isSame(load<u32>(front, FRONT_BYTES), at, frontLength)) return front
  }
  return 0
}

/** Reads the value whose text lies between two places. */
function readValue(front: usize, from: usize, end: usize, places: usize, ordinal: usize): void {
  const number = places + (ordinal << 3)
  let start = from
  let stop = end
  let kind = KIND_FOREIGN
  switch (load<u32>(front, FRONT_READS)) {
    case READS_LABEL:
      if (findInteger(from, end) && integerKind === KIND_NUMBER) {
        store<u64>(number, integerBits, PLACES_NUMBERS)
        kind = KIND_LABEL
      }
      break
    case READS_INTEGER:
      if (findInteger(from, end)) {
        store<u64>(number, integerBits, PLACES_NUMBERS)
        kind = integerKind
      }
      break
    case READS_DOUBLE:
      if (findDouble(from, end)) {
        store<f64>(number, double, PLACES_NUMBERS)
        kind = KIND_NUMBER
      }
      break
    case READS_TEXT:
      if (findText(from, end, texts)) {
        kind = textKind
        start = textStart
        stop = textEnd
        if (kind === KIND_LATIN1 && addSlice(start, stop)) {
          kind = KIND_SLICE
          stop = sliceStart + (stop - start)
          start = sliceStart
        } else if (start !== from) texts = stop
      }
      break
    case READS_JSON:
      if (putJson(from, end, tokens, texts)) {
        kind = KIND_JSON
        start = tokens
        stop = tokensEnd
        tokens = tokensEnd
        texts = jsonTexts
      }
      break
    case READS_BYTES: {
      const bytesEnd = putBytes(from, end, texts)
      if (bytesEnd !== 0) {
        kind = KIND_BYTES
        start = texts
        stop = bytesEnd
        texts = stop
      }
      break
    }
  }
  if (kind === KIND_FOREIGN) store<f64>(number, <f64>load<i32>(front, FRONT_SQL_TYPE), PLACES_NUMBERS)
  store<u32>(places + (ordinal << 2), <u32>start, PLACES_STARTS)
  store<u32>(places + (ordinal << 2), <u32>stop, PLACES_ENDS)
  store<u8>(places + ordinal, kind, PLACES_KINDS)
}
