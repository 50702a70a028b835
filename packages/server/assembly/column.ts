import {
  RECORD_BACK,
  RECORD_BACK_LENGTH,
  RECORD_DIGITS,
  RECORD_FIELD_WIDTH,
  RECORD_FRONT,
  RECORD_FRONT_LENGTH,
  RECORD_KIND,
  RECORD_NULL,
  RECORD_NULL_LENGTH,
  RECORD_NULL_UPDATED,
  RECORD_PROMOTED,
  RECORD_PROMOTED_LENGTH,
  RECORD_VALUE_WIDTH,
  TEXT_ASCII,
  TEXT_BITS,
  TEXT_DATE,
  TEXT_DATETIME,
  TEXT_DECIMAL,
  TEXT_DOUBLE,
  TEXT_FLOAT,
  TEXT_JSON,
  TEXT_LATIN1,
  TEXT_SIGNED,
  TEXT_TIME,
  TEXT_TIMESTAMP,
  TEXT_UNSIGNED,
  TEXT_UTF8,
  TEXT_YEAR,
  TEXT_ZONED_TIMESTAMP,
} from "../src/encode/rows/row-layout"
import {
  putDateText,
  putDateTimeText,
  putTimestampText,
  putTimeText,
} from "../../binlog-protocol/assembly/calendar"
import { putDecimalText } from "../../binlog-protocol/assembly/decimal"
import { putPadded, putSigned, putUnsigned } from "../../binlog-protocol/assembly/digits"
import { putJavaDouble, putJavaFloat } from "./floats"
import { putJsonText } from "./json"
import { loadBigEndian, loadUnsigned } from "../../binlog-protocol/assembly/numbers"
import { copyShort, putVarint, varintSize } from "./memory"
import { putAsciiText, putLatin1Text, putUtf8Text } from "./text"

/** Writes the text of the value in column `ordinal` to `at`; gives where it ends, 0 where there is no room. */
declare function putForeignText(ordinal: u32, from: usize, end: usize, at: usize): usize

/** The distance from UTC, in seconds, at a moment in UTC seconds. */
declare function zoneOffset(seconds: f64): i32

/** From the end of the front: the byte of `updated`. */
const UPDATED = 4

/** Writes the field of a value that lies from `from` to `end`; gives where it ends, 0 where there is no room. */
export function putColumn(
  at: usize,
  record: usize,
  ordinal: u32,
  from: usize,
  end: usize,
  tag: u32,
  isUpdated: bool,
): usize {
  let front = <usize>load<u32>(record, RECORD_FRONT)
  let frontLength = load<u32>(record, RECORD_FRONT_LENGTH)
  // The last byte of an integer has its highest bit.
  if (load<u32>(record, RECORD_PROMOTED_LENGTH) !== 0 && load<u8>(end - 1) > 0x7f) {
    front = load<u32>(record, RECORD_PROMOTED)
    frontLength = load<u32>(record, RECORD_PROMOTED_LENGTH)
  }
  let fieldWidth = load<u32>(record, RECORD_FIELD_WIDTH)
  let valueWidth = load<u32>(record, RECORD_VALUE_WIDTH)
  let frontAt = at + 1 + fieldWidth
  let valueAt = frontAt + frontLength + valueWidth
  copyShort(frontAt, front, frontLength)
  const valueEnd = putText(valueAt, record, ordinal, from, end)
  if (valueEnd === 0) return 0
  const valueLength = <u32>(valueEnd - valueAt)
  const backLength = load<u32>(record, RECORD_BACK_LENGTH)

  const neededWidth = varintSize(valueLength)
  const length = frontLength + neededWidth + valueLength + backLength
  const neededFieldWidth = varintSize(length)
  if (neededWidth !== valueWidth || neededFieldWidth !== fieldWidth) {
    valueWidth = neededWidth
    fieldWidth = neededFieldWidth
    store<u32>(record, valueWidth, RECORD_VALUE_WIDTH)
    store<u32>(record, fieldWidth, RECORD_FIELD_WIDTH)
    frontAt = at + 1 + fieldWidth
    const guessedAt = valueAt
    valueAt = frontAt + frontLength + valueWidth
    memory.copy(valueAt, guessedAt, valueLength)
    // A copy in steps goes too far: the value's first bytes are put back.
    const first = v128.load(valueAt)
    copyShort(frontAt, front, frontLength)
    v128.store(valueAt, first)
  }
  store<u8>(at, tag)
  putVarint(at + 1, length)
  if (isUpdated) store<u8>(frontAt + frontLength - UPDATED, 1)
  putVarint(frontAt + frontLength, valueLength)
  copyShort(valueAt + valueLength, load<u32>(record, RECORD_BACK), backLength)
  return valueAt + valueLength + backLength
}

/** Writes the field of NULL. */
export function putNull(at: usize, record: usize, tag: u32, isUpdated: bool): usize {
  const length = load<u32>(record, RECORD_NULL_LENGTH)
  copyShort(at, load<u32>(record, RECORD_NULL), length)
  store<u8>(at, tag)
  if (isUpdated) store<u8>(at + load<u32>(record, RECORD_NULL_UPDATED), 1)
  return at + length
}

/** Writes the text of a value. */
function putText(at: usize, record: usize, ordinal: u32, from: usize, end: usize): usize {
  const digits = load<u32>(record, RECORD_DIGITS)
  let written: usize = 0
  switch (load<u32>(record, RECORD_KIND)) {
    case TEXT_SIGNED: {
      const shift = 64 - <u64>(end - from) * 8
      return putSigned(at, <i64>(load<u64>(from) << shift) >> shift)
    }
    case TEXT_UNSIGNED:
      return putUnsigned(at, loadUnsigned(from, <u32>(end - from)))
    case TEXT_BITS:
      return putUnsigned(at, loadBigEndian(from, <u32>(end - from)))
    case TEXT_FLOAT:
      written = putJavaFloat(at, from)
      break
    case TEXT_DOUBLE:
      written = putJavaDouble(at, from)
      break
    case TEXT_DECIMAL:
      written = putDecimalText(at, from, digits)
      break
    case TEXT_YEAR: {
      const year = <u32>load<u8>(from)
      return putPadded(at, year === 0 ? 0 : 1900 + year, 4)
    }
    case TEXT_DATE:
      written = putDateText(at, from)
      break
    case TEXT_DATETIME:
      written = putDateTimeText(at, from, digits)
      break
    case TEXT_TIMESTAMP:
      written = putTimestampText(at, from, digits, 0)
      break
    case TEXT_ZONED_TIMESTAMP:
      written = putTimestampText(at, from, digits, zoneOffset(<f64>bswap(load<u32>(from))))
      break
    case TEXT_TIME:
      written = putTimeText(at, from, digits)
      break
    case TEXT_UTF8:
      return putUtf8Text(at, from, end)
    case TEXT_ASCII:
      written = putAsciiText(at, from, end)
      break
    case TEXT_LATIN1:
      return putLatin1Text(at, from, end)
    case TEXT_JSON:
      written = putJsonText(at, from, end)
      break
  }
  return written !== 0 ? written : putForeignText(ordinal, from, end, at)
}
