import {
  FOUND_CHARACTERS,
  FOUND_NEXT,
  IMAGE_COLUMNS,
  IMAGE_NULL_BYTES,
  IMAGE_RECORDS,
  IMAGES_ROOM,
  JSON_SLOT,
  JSON_TOGETHER,
  KIND_FOREIGN,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  MOST_COLUMNS,
  READS_BITS,
  READS_DATE,
  READS_DATETIME,
  READS_DECIMAL,
  READS_DOUBLE,
  READS_FLOAT,
  READS_INT32,
  READS_INT64,
  READS_JSON,
  READS_TEXT,
  READS_TIME,
  READS_TIMESTAMP,
  READS_UINT32,
  READS_UINT64,
  READS_YEAR,
  RECORD_DIGITS,
  RECORD_LENGTH_BITS,
  RECORD_PREFIX,
  RECORD_READS,
  RECORD_SIZE,
  RECORD_WIDTH,
  ROWS_ROOM,
  SLOTS_TOGETHER,
} from "../src/rows/value-layout"
import { putDateText, putDateTimeText, putTimestampValue, putTimeText } from "./calendar"
import { putDecimalText } from "./decimal"
import { beginDocuments, jsonSlot, putDocument } from "./json"
import { isSame } from "./memory"
import { loadBigEndian } from "./numbers"
import { characters, pieceEnd, pieceRoom, putAscii, setCharacters } from "./piece"
import { putInteger, putKind, putNumber, putPair, putSigned, putText, putUnsigned } from "./slots"

/*
 * Reads the rows of an event as far as JavaScript need not: finds where values lie, makes numbers of them, and puts the
 * characters of short texts one behind the other. The memory is laid out in src/rows/value-layout.ts.
 *
 * Memory behind each of these areas may be read and written up to 32 bytes too far.
 */

export { SHAPES } from "./json"
export { PIECE } from "./piece"
export { KINDS, SLOTS } from "./slots"

/** Where descriptions of images lie. */
export const IMAGES = memory.data(IMAGES_ROOM + 32, 16)
/** Rows of an event. */
export const ROWS = memory.data(ROWS_ROOM + 32, 16)
/** What was found in them. */
export const FOUND = memory.data(16, 16)
/** Of the image before an update: where each column's value begins, and how long it is. */
const PLACES = memory.data(MOST_COLUMNS * 8, 16)
/** In place of these, for NULL: longer than any value. */
const NULL_PLACE: u64 = 0xffff_ffff_0000_0000

/** No text of a number, a date or a time is longer. */
const LONGEST_WRITTEN: usize = 80

/** Where the rows end that lie in ROWS, and how far they were read. */
let limit: usize = 0
let position: usize = 0

/**
 * Reads rows from `from` on, whose images are described at `before` and `after`, 0 for one that they do not have, until one
 * is not whole or enough were read together. Gives how many.
 */
export function readRows(before: usize, after: usize, from: usize, end: usize): u32 {
  const beforeColumns = before === 0 ? 0 : load<u32>(before, IMAGE_COLUMNS)
  const columns = beforeColumns + (after === 0 ? 0 : load<u32>(after, IMAGE_COLUMNS))
  let count: u32 = 0
  let slot: u32 = 0
  limit = end
  position = from
  setCharacters(0)
  beginDocuments()
  store<u32>(FOUND, <u32>from, FOUND_NEXT)
  store<u32>(FOUND, 0, FOUND_CHARACTERS)
  while (position < end && slot < <u32>SLOTS_TOGETHER) {
    const begin = position
    const first = characters
    if (before !== 0 && !readImage(before, slot, before === after, false)) break
    if (after !== 0 && !readImage(after, slot + beforeColumns, false, before === after)) break
    if (position === begin) break
    count++
    slot += columns
    store<u32>(FOUND, <u32>position, FOUND_NEXT)
    store<u32>(FOUND, <u32>characters, FOUND_CHARACTERS)
    // Another row of as many characters would have no room.
    if (characters - first > pieceRoom() || jsonSlot > <u32>JSON_SLOT + JSON_TOGETHER) break
  }
  return count
}

/**
 * Reads the values of an image into slots from `first` on; answers whether it is whole. It is compared with the image that
 * was remembered, which has the same columns, if `compares`.
 */
function readImage(image: usize, first: u32, remembers: bool, compares: bool): bool {
  const nulls = position
  const columns = load<u32>(image, IMAGE_COLUMNS)
  let at = nulls + load<u32>(image, IMAGE_NULL_BYTES)
  if (at > limit) return false
  let record = image + IMAGE_RECORDS
  for (let index: u32 = 0; index < columns; index++, record += RECORD_SIZE) {
    const slot = first + index
    if (((load<u8>(nulls + (index >> 3)) >> <u8>(index & 7)) & 1) !== 0) {
      putKind(slot, KIND_NULL)
      if (remembers) store<u64>(PLACES + (index << 3), NULL_PLACE)
      continue
    }
    const start = at + load<u32>(record, RECORD_PREFIX)
    const length = load<u32>(record, RECORD_WIDTH) | (load<u32>(at) & load<u32>(record, RECORD_LENGTH_BITS))
    if (<u64>start + length > limit) return false
    at = start + length
    const reads = load<u32>(record, RECORD_READS)
    if (remembers) {
      store<u32>(PLACES + (index << 3), <u32>start)
      store<u32>(PLACES + (index << 3), length, 4)
    } else if (compares && reads >= <u32>READS_TEXT && isRemembered(index, start, length)) {
      putKind(slot, KIND_REPEATED)
      continue
    }
    readValue(reads, load<u32>(record, RECORD_DIGITS), start, at, slot)
  }
  position = at
  return true
}

/** Whether these bytes are those that were remembered of the column. */
function isRemembered(index: u32, start: usize, length: u32): bool {
  const place = PLACES + (index << 3)
  return load<u32>(place, 4) === length && isSame(load<u32>(place), start, length)
}

/** Reads a value into its slot. */
function readValue(reads: u32, digits: u32, from: usize, end: usize, slot: u32): void {
  switch (reads) {
    case READS_INT32: {
      const shift = 32 - ((<u32>(end - from)) << 3)
      putInteger(slot, KIND_NUMBER, <i32>(load<u32>(from) << shift) >> shift)
      return
    }
    case READS_UINT32: {
      const shift = 32 - ((<u32>(end - from)) << 3)
      putInteger(slot, KIND_NUMBER, (load<u32>(from) << shift) >> shift)
      return
    }
    case READS_YEAR: {
      const year = <u32>load<u8>(from)
      putInteger(slot, KIND_NUMBER, year === 0 ? 0 : 1900 + year)
      return
    }
    case READS_FLOAT:
      putNumber(slot, <f64>load<f32>(from))
      return
    case READS_DOUBLE:
      putNumber(slot, load<f64>(from))
      return
    case READS_INT64:
      putSigned(slot, load<i64>(from))
      return
    case READS_UINT64:
      putUnsigned(slot, load<u64>(from))
      return
    case READS_BITS:
      putUnsigned(slot, loadBigEndian(from, <u32>(end - from)))
      return
    case READS_JSON:
      if (!putDocument(slot, from, end)) putPair(slot, KIND_FOREIGN, from, end)
      return
    default:
      putText(slot, writtenText(reads, digits, from, end), from, end)
  }
}

/** Writes the text of a value behind the piece; gives where it ends, 0 where there is no room or no way for it. */
function writtenText(reads: u32, digits: u32, from: usize, end: usize): usize {
  if (reads === READS_TEXT) return putAscii(from, end)
  if (pieceRoom() < LONGEST_WRITTEN) return 0
  const to = pieceEnd()
  switch (reads) {
    case READS_DECIMAL:
      return putDecimalText(to, from, digits)
    case READS_DATE:
      return putDateText(to, from)
    case READS_DATETIME:
      return putDateTimeText(to, from, digits)
    case READS_TIMESTAMP:
      return putTimestampValue(to, from, digits)
    case READS_TIME:
      return putTimeText(to, from, digits)
    default:
      return 0
  }
}
