import {
  FIELDS_ROOM,
  IMAGES_AFTER,
  IMAGES_BEFORE,
  MOST_COLUMNS,
  RECORD_BACK,
  RECORD_BACK_LENGTH,
  RECORD_FRONT,
  RECORD_FRONT_LENGTH,
  RECORD_NULL,
  RECORD_NULL_LENGTH,
  RECORD_PROMOTED,
  RECORD_SIZE,
  RECORD_WIDTH,
  ROWS_ROOM,
  TABLE_COLUMNS,
  TABLE_LENGTH_WIDTH,
  TABLE_RECORDS,
  TABLES_ROOM,
} from "../src/encode/rows/row-layout"
import { putColumn, putNull } from "./column"
import { loadLength } from "../../binlog-protocol/assembly/numbers"
import { copy, putVarint, varintSize } from "./memory"

/*
 * The rows of an event as the RowDatas of an entry. The code that stands in for this one where it gives up, and says
 * what is wrong where something is, is plain-rows.ts; the memory is laid out in row-layout.ts, both in src/encode/rows.
 *
 * Memory behind each of these areas may be read and written up to 16 bytes too far.
 */

export { POWERS } from "./shortest"

/** Where tables lie. */
export const TABLES = memory.data(TABLES_ROOM + 16)
/** Which columns the images before and after hold: a bit for each. */
export const BEFORE_BITS = memory.data(MOST_COLUMNS / 8)
export const AFTER_BITS = memory.data(MOST_COLUMNS / 8)
/** The rows of the event. */
export const ROWS = memory.data(ROWS_ROOM + 16)
/** What was made of them. */
export const FIELDS = memory.data(FIELDS_ROOM + 16)

/** Rows written. */
export let count: u32 = 0

/** Of the image before: where each column's value begins and ends, and where its field does. */
const PLACE_SIZE = 12
const PLACE_END = 4
const PLACE_FIELD = 8
const PLACES = memory.data((MOST_COLUMNS + 1) * PLACE_SIZE)
/** In place of where a value begins. */
const ABSENT: u32 = 0
const NULL: u32 = 1

const ROW_DATAS: u8 = (12 << 3) | 2
const BEFORE_COLUMNS: u8 = (1 << 3) | 2
const AFTER_COLUMNS: u8 = (2 << 3) | 2

/** Where the rows end that lie in ROWS, and how far they were read. */
let limit: usize = 0
let position: usize = 0
/** Of the column at hand. */
let valueStart: u32 = 0
let valueEnd: usize = 0

/** Turns the offsets of a table that was just put there into addresses. */
export function placeTable(table: usize): void {
  const columns = load<u32>(table, TABLE_COLUMNS)
  for (let ordinal: u32 = 0; ordinal < columns; ordinal++) {
    const record = table + TABLE_RECORDS + ordinal * RECORD_SIZE
    place(record + RECORD_FRONT, table)
    place(record + RECORD_PROMOTED, table)
    place(record + RECORD_BACK, table)
    place(record + RECORD_NULL, table)
  }
}

function place(at: usize, table: usize): void {
  store<u32>(at, load<u32>(at) + <u32>table)
}

/**
 * Writes the first `length` bytes at ROWS, images of a table that lies at `table`, to FIELDS, each row as a RowData.
 * Gives where they end, 0 if the rows are not sound or what they become does not fit.
 */
export function writeRows(table: usize, length: u32, images: u32): usize {
  limit = ROWS + length
  position = ROWS
  count = 0
  let at = FIELDS
  let lengthWidth = load<u32>(table, TABLE_LENGTH_WIDTH)
  const hasBefore = (images & IMAGES_BEFORE) !== 0
  const hasAfter = (images & IMAGES_AFTER) !== 0
  const beforeNulls = nullBytes(table, BEFORE_BITS)
  const afterNulls = nullBytes(table, AFTER_BITS)
  while (position < limit) {
    const begin = position
    const row = at
    at += 1 + lengthWidth
    if (hasBefore) {
      at = hasAfter
        ? putImage(at, table, BEFORE_BITS, beforeNulls, BEFORE_COLUMNS, false, true)
        : putImage(at, table, BEFORE_BITS, beforeNulls, BEFORE_COLUMNS, false, false)
      if (at === 0) return 0
    }
    if (hasAfter) {
      at = hasBefore
        ? putAfterImage(at, table, afterNulls)
        : putImage(at, table, AFTER_BITS, afterNulls, AFTER_COLUMNS, true, false)
      if (at === 0) return 0
    }
    if (position === begin) return 0
    const start = row + 1 + lengthWidth
    const rowLength = <u32>(at - start)
    const width = varintSize(rowLength)
    if (width !== lengthWidth) {
      memory.copy(row + 1 + width, start, rowLength)
      at = row + 1 + width + rowLength
      lengthWidth = width
    }
    store<u8>(row, ROW_DATAS)
    putVarint(row + 1, rowLength)
    count++
  }
  store<u32>(table, lengthWidth, TABLE_LENGTH_WIDTH)
  return at
}

/** Bytes of the NULL bits of an image that holds these columns. */
function nullBytes(table: usize, bits: usize): u32 {
  const columns = load<u32>(table, TABLE_COLUMNS)
  let present: u32 = 0
  for (let ordinal: u32 = 0; ordinal < columns; ordinal++) present += hasBit(bits, ordinal) ? 1 : 0
  return (present + 7) >> 3
}

function hasBit(bits: usize, index: u32): bool {
  return ((load<u8>(bits + (index >> 3)) >> <u8>(index & 7)) & 1) !== 0
}

/**
 * Finds the value of a column whose image's bits say that it is there: sets `valueStart` and `valueEnd`, and moves
 * `position` behind it. Answers whether it is whole.
 */
function findValue(record: usize, isNull: bool): bool {
  if (isNull) {
    valueStart = NULL
    return true
  }
  const width = load<i32>(record, RECORD_WIDTH)
  let start = position
  let end = start
  if (width >= 0) end += width
  else {
    start -= width
    if (start > limit) return false
    const length = loadLength(position, -width)
    if (length > <u32>(limit - start)) return false
    end = start + length
  }
  if (end > limit) return false
  valueStart = <u32>start
  valueEnd = end
  position = end
  return true
}

/** Whether there is room for the field of a value of `length` bytes, of which none becomes more than eight. */
function hasRoom(at: usize, record: usize, length: u32): bool {
  const constant = load<u32>(record, RECORD_FRONT_LENGTH) + load<u32>(record, RECORD_BACK_LENGTH)
  return at + constant + 8 * length + 512 <= FIELDS + FIELDS_ROOM
}

/** Writes the columns of an image; gives where they end, or 0. Remembers where they are if told to. */
function putImage(
  at: usize,
  table: usize,
  bits: usize,
  nulls: u32,
  tag: u32,
  isUpdated: bool,
  remembers: bool,
): usize {
  const nullsAt = position
  position += nulls
  if (position > limit) return 0
  const columns = load<u32>(table, TABLE_COLUMNS)
  let record = table + TABLE_RECORDS
  let places = PLACES
  let present: u32 = 0
  for (let ordinal: u32 = 0; ordinal < columns; ordinal++, record += RECORD_SIZE, places += PLACE_SIZE) {
    if (remembers) {
      store<u32>(places, ABSENT)
      store<u32>(places, <u32>at, PLACE_FIELD)
    }
    if (!hasBit(bits, ordinal)) continue
    if (!findValue(record, hasBit(nullsAt, present++))) return 0
    if (remembers) {
      store<u32>(places, valueStart)
      store<u32>(places, <u32>valueEnd, PLACE_END)
    }
    at = putValue(at, record, ordinal, tag, isUpdated)
    if (at === 0) return 0
  }
  if (remembers) store<u32>(places, <u32>at, PLACE_FIELD)
  return at
}

/** Writes the field of the value that was found. */
function putValue(at: usize, record: usize, ordinal: u32, tag: u32, isUpdated: bool): usize {
  if (valueStart === NULL) {
    const length = load<u32>(record, RECORD_NULL_LENGTH)
    return at + length > FIELDS + FIELDS_ROOM ? 0 : putNull(at, record, tag, isUpdated)
  }
  if (!hasRoom(at, record, <u32>valueEnd - valueStart)) return 0
  return putColumn(at, record, ordinal, valueStart, valueEnd, tag, isUpdated)
}

/**
 * Writes the columns of the image after an update whose image before was just written. A column is updated unless the
 * image before holds it with the same bytes. Those that are not were written a moment ago, but for the tag: neighbours
 * among them are copied in one piece.
 */
function putAfterImage(at: usize, table: usize, nulls: u32): usize {
  const nullsAt = position
  position += nulls
  if (position > limit) return 0
  const columns = load<u32>(table, TABLE_COLUMNS)
  let record = table + TABLE_RECORDS
  let places = PLACES
  let copied = PLACES
  let present: u32 = 0
  for (let ordinal: u32 = 0; ordinal < columns; ordinal++, record += RECORD_SIZE, places += PLACE_SIZE) {
    const isPresent = hasBit(AFTER_BITS, ordinal)
    if (isPresent) {
      if (!findValue(record, hasBit(nullsAt, present++))) return 0
    } else valueStart = ABSENT
    if (isSame(places)) continue
    at = copyFields(at, copied, places)
    if (at === 0) return 0
    copied = places + PLACE_SIZE
    if (!isPresent) continue
    at = putValue(at, record, ordinal, AFTER_COLUMNS, true)
    if (at === 0) return 0
  }
  return copyFields(at, copied, places)
}

/** Writes the fields of the image before again, those of the places from `from` to `to`; gives where they end, or 0. */
function copyFields(at: usize, from: usize, to: usize): usize {
  const start = load<u32>(from, PLACE_FIELD)
  const length = load<u32>(to, PLACE_FIELD) - start
  if (length === 0) return at
  if (at + length > FIELDS + FIELDS_ROOM) return 0
  copy(at, start, length)
  for (let places = from; places < to; places += PLACE_SIZE) {
    const field = load<u32>(places, PLACE_FIELD)
    if (field < load<u32>(places, PLACE_SIZE + PLACE_FIELD)) store<u8>(at + (field - start), AFTER_COLUMNS)
  }
  return at + length
}

/** Whether the image before holds at this place what was found in the image after. */
function isSame(places: usize): bool {
  const oldStart = load<u32>(places)
  if (valueStart <= NULL || oldStart <= NULL) return valueStart === oldStart
  const length = <u32>valueEnd - valueStart
  return load<u32>(places, PLACE_END) - oldStart === length && isEqual(oldStart, valueStart, length)
}

function isEqual(left: usize, right: usize, length: u32): bool {
  let index: u32 = 0
  for (; index + 8 <= length; index += 8)
    if (load<u64>(left + index) !== load<u64>(right + index)) return false
  const rest = length - index
  // The bytes that are too many are shifted out.
  return rest === 0 || (load<u64>(left + index) ^ load<u64>(right + index)) << (64 - rest * 8) === 0
}
