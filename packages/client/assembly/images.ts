import {
  FORM_BACK,
  FORM_BACK_LENGTH,
  FORM_FIRST,
  FORM_HEAD_LENGTH,
  FORM_LAST,
  FORM_LENGTH,
  FORM_MORE,
  FORM_READS,
  FORM_REST,
  FORM_SQL_TYPE,
  INPUT_ROOM,
  KIND_BYTES,
  KIND_FOREIGN,
  KIND_INTEGER,
  KIND_JSON,
  KIND_LABEL,
  KIND_LATIN1,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  MOST_COLUMNS,
  READS_BYTES,
  READS_DOUBLE,
  READS_INTEGER,
  READS_JSON,
  READS_LABEL,
  READS_TEXT,
  ROWS_NEXT,
  ROWS_TEXTS,
  SHAPE_COLUMNS,
  SHAPE_FORMS,
  SHAPES_ROOM,
  SLOT_BEGIN,
  SLOT_END,
  SLOT_KIND,
  SLOT_NUMBER,
  SLOT_SIZE,
  SLOT_SQL_TYPE,
  SLOT_START,
  SLOT_UPDATED,
  SLOTS_TOGETHER,
  TEXTS_ROOM,
  TEXTS_TOGETHER,
  TOKENS_TOGETHER,
} from "../src/decode/row-layout"
import { documentToken, jsonTexts, putJson, TOKENS, tokensEnd } from "./json"
import { isSame, length, loadVarint } from "./memory"
import { double, findDouble, findInteger, integerKind, integerBits } from "./number"
import { addAscii, addSlice, beginPiece, beginPieces, characters, sliceStart } from "./piece"
import { findText, putBytes, textEnd, textKind, textStart } from "./text"

/*
 * Finds the columns of a row image by what they have in common with those of other rows, and reads their values as far
 * as JavaScript need not. A column as Canal writes it: the fields 1 index, 2 sqlType, 3 name, 4 isKey, 5 updated, 6 isNull
 * are its head, then, unless it is NULL, 8 value; 10 mysqlType is its back. The memory is laid out in
 * src/decode/row-layout.ts.
 *
 * Memory behind each of these areas may be read and written up to 32 bytes too far, and before them be read as far.
 */

export { KEYS } from "./json"
export { POWERS } from "./number"
export { PIECES } from "./piece"

/** Where shapes lie. */
export const SHAPES = memory.data(SHAPES_ROOM + 16, 16)
/** The content of an entry. */
export const INPUT = memory.data(INPUT_ROOM + 32, 16)
/** The rows that were read, and their slots. */
export const ROWS = memory.data(ROWS_TEXTS + (SLOTS_TOGETHER + 1) * 4, 16)
export const SLOTS = memory.data((SLOTS_TOGETHER + 2 * MOST_COLUMNS) * SLOT_SIZE, 16)
/** Texts and bytes that were made of what was read. */
export const TEXTS = memory.data(TEXTS_ROOM + 64, 16)

/** The value of field 5 comes so many bytes before the head's end. */
const UPDATED: usize = 3
/** The tag of field 8. */
const VALUE: u8 = 0x42

/** The tags of a row, and of a column in the image before an event and in that after it. */
const ROW: u8 = 0x62
const BEFORE: u8 = 0x0a
const AFTER: u8 = 0x12

/** Where the next text is put, and the next token of JSON. */
let texts: usize = TEXTS
let tokens: usize = TOKENS

/**
 * Reads rows from `from` on that have images of these shapes, 0 for one that they do not have, until there is another one, or
 * enough were read together. Gives how many.
 */
export function readRows(before: usize, after: usize, from: usize, end: usize): u32 {
  const beforeSize = slotsSize(before)
  const size = beforeSize + slotsSize(after)
  let count: u32 = 0
  let slots = SLOTS
  let next = from
  texts = TEXTS
  tokens = TOKENS
  beginPieces()
  while (next < end && load<u8>(next) === ROW && slots < SLOTS + SLOTS_TOGETHER * SLOT_SIZE) {
    let at = loadVarint(next + 1)
    const rowEnd = at + length
    if (at === 0 || rowEnd > end) break
    beginPiece()
    if (before !== 0) at = readImage(before, at, rowEnd, BEFORE, slots, 0)
    if (after !== 0 && at !== 0) {
      at = readImage(after, at, rowEnd, AFTER, slots + beforeSize, before === after ? beforeSize : <usize>0)
    }
    if (at !== rowEnd) break
    next = rowEnd
    slots += size
    store<u32>(ROWS + (count << 2), <u32>characters, ROWS_TEXTS)
    count++
    if (characters > <usize>TEXTS_TOGETHER || tokens > TOKENS + TOKENS_TOGETHER || size === 0) break
  }
  store<u32>(ROWS, <u32>next, ROWS_NEXT)
  return count
}

/** Gives where an image of this shape ends that begins at `from`, 0 where it is another one. What was read is gone. */
export function matchImage(shape: usize, from: usize, end: usize, tag: u32): usize {
  texts = TEXTS
  tokens = TOKENS
  beginPieces()
  beginPiece()
  return readImage(shape, from, end, <u8>tag, SLOTS, 0)
}

/** The bytes of an image's slots; none for one that there is not. */
function slotsSize(shape: usize): usize {
  return shape === 0 ? 0 : <usize>load<u32>(shape, SHAPE_COLUMNS) * SLOT_SIZE
}

/**
 * Reads the columns of an image into slots. Gives where it ends, 0 where it has not these columns, all of them and no more.
 * One after an update is compared with that before it, whose slots begin `back` bytes earlier and end where its own begin.
 */
function readImage(shape: usize, from: usize, end: usize, tag: u8, slots: usize, back: usize): usize {
  const slotsEnd = slots + slotsSize(shape)
  let at = from
  let nextForms = shape + SHAPE_FORMS
  for (let slot = slots; slot < slotsEnd; slot += SLOT_SIZE) {
    const forms = nextForms
    nextForms = forms + load<u32>(forms, FORM_REST)
    // At the end another row may begin like this: its column ends too far behind.
    if (load<u8>(at) !== tag) return 0
    at++
    store<u32>(slot, <u32>at, SLOT_BEGIN)
    const size = back === 0 ? 0 : repeatedSize(slot - back, at, end)
    if (size !== 0) {
      v128.store(slot, v128.load(slot - back))
      store<u8>(slot, load<u8>(slot, SLOT_KIND) | KIND_REPEATED, SLOT_KIND)
      store<u32>(slot, <u32>at, SLOT_BEGIN)
      at += size
      continue
    }
    at = readColumn(forms, nextForms, at, end, slot)
    if (at === 0) return 0
  }
  return at === end || load<u8>(at) !== tag ? at : 0
}

/** How long the column at `at` is if it is that of an earlier slot, behind which the next column's lies; else 0. */
function repeatedSize(slot: usize, at: usize, end: usize): u32 {
  const begin = load<u32>(slot, SLOT_BEGIN)
  const size = load<u32>(slot, SLOT_SIZE + SLOT_BEGIN) - 1 - begin
  return at + size <= end && isSame(begin, at, size) ? size : 0
}

/** Reads the column in one of these forms whose length is at `from`; gives where it ends, or 0. */
function readColumn(forms: usize, formsEnd: usize, from: usize, end: usize, slot: usize): usize {
  let at = from + 1
  let size = <u32>load<u8>(from)
  if (size > 0x7f) {
    at = loadVarint(from)
    if (at === 0) return 0
    size = length
  }
  const columnEnd = at + size
  if (columnEnd > end) return 0
  for (let form = forms; form < formsEnd; form += load<u32>(form, FORM_LENGTH)) {
    const headLength = load<u32>(form, FORM_HEAD_LENGTH)
    const backLength = load<u32>(form, FORM_BACK_LENGTH)
    if (headLength + backLength > size) continue
    const headEnd = at + headLength
    const first = difference(at, form + FORM_FIRST)
    const headLast = difference(headEnd - 16, form + FORM_LAST)
    const backLast = difference(columnEnd - 16, form + FORM_BACK)
    if (v128.any_true(v128.or(v128.or(first, headLast), backLast))) continue
    const backAt = columnEnd - backLength
    if (load<u32>(form, FORM_LENGTH) !== FORM_MORE && !hasMore(form, at, headLength, backAt, columnEnd))
      continue
    store<u8>(slot, load<u8>(headEnd - UPDATED), SLOT_UPDATED)
    if (headEnd === backAt) {
      store<u8>(slot, KIND_NULL, SLOT_KIND)
      return columnEnd
    }
    if (load<u8>(headEnd) !== VALUE) return 0
    let value = headEnd + 2
    let valueSize = <u32>load<u8>(headEnd, 1)
    if (valueSize > 0x7f) {
      value = loadVarint(headEnd + 1)
      if (value === 0) return 0
      valueSize = length
    }
    if (value + valueSize !== backAt) return 0
    // What most columns have is read here, as a call costs as much.
    const reads = load<u32>(form, FORM_READS)
    if (reads === READS_TEXT && addAscii(value, backAt)) {
      store<u32>(slot, <u32>sliceStart, SLOT_START)
      store<u32>(slot, <u32>characters, SLOT_END)
      store<u8>(slot, KIND_SLICE, SLOT_KIND)
    } else if (reads === READS_INTEGER && findInteger(value, backAt)) {
      store<u64>(slot, integerBits, SLOT_NUMBER)
      store<u8>(slot, integerKind, SLOT_KIND)
    } else readValue(form, value, backAt, slot)
    return columnEnd
  }
  return 0
}

/** Which bits differ from a vector, of those that are set in the mask behind it. */
function difference(at: usize, vector: usize): v128 {
  return v128.and(v128.xor(v128.load(at), v128.load(vector)), v128.load(vector, 16))
}

/** Whether a head at `at` and a back between two places have the other bytes, too, which are neither first nor last ones. */
function hasMore(form: usize, at: usize, headLength: u32, backAt: usize, end: usize): bool {
  let more = form + FORM_MORE
  for (let from = <i32>headLength - 32; from > 0; from -= 16, more += 16) {
    if (v128.any_true(v128.xor(v128.load(at + from), v128.load(more)))) return false
  }
  for (let from = backAt; from + 16 < end; from += 16, more += 16) {
    if (v128.any_true(v128.xor(v128.load(from), v128.load(more)))) return false
  }
  return true
}

/** Reads the value whose text lies between two places. */
function readValue(form: usize, from: usize, end: usize, slot: usize): void {
  let start = from
  let stop = end
  let kind = KIND_FOREIGN
  switch (load<u32>(form, FORM_READS)) {
    case READS_LABEL:
      if (findInteger(from, end) && integerKind === KIND_INTEGER) {
        store<u64>(slot, integerBits, SLOT_NUMBER)
        store<u8>(slot, KIND_LABEL, SLOT_KIND)
        return
      }
      break
    case READS_DOUBLE:
      if (findDouble(from, end)) {
        store<f64>(slot, double, SLOT_NUMBER)
        store<u8>(slot, KIND_NUMBER, SLOT_KIND)
        return
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
        start = documentToken
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
  store<u32>(slot, <u32>start, SLOT_START)
  store<u32>(slot, <u32>stop, SLOT_END)
  store<u8>(slot, kind, SLOT_KIND)
  if (kind === KIND_FOREIGN) store<i16>(slot, <i16>load<i32>(form, FORM_SQL_TYPE), SLOT_SQL_TYPE)
}
