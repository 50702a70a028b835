import { LIMITS, putPadded, putPair, putUnsigned } from "./digits"
import { loadBigEndian } from "./numbers"

const MINUS: u8 = 0x2d
const COLON: u8 = 0x3a
const POINT: u8 = 0x2e
const SPACE: u8 = 0x20
const T: u8 = 0x54
const Z: u8 = 0x5a
const SECONDS_OF_DAY: i64 = 86400

/** Writes `YYYY-MM-DD`; gives where it ends, 0 for a year of more than four digits, which damaged bytes have. */
export function putDate(at: usize, year: u32, month: u32, day: u32): usize {
  const century = year / 100
  if (century > 99) return 0
  putPair(at, century)
  putPair(at + 2, year - century * 100)
  store<u8>(at + 4, MINUS)
  putPair(at + 5, month)
  store<u8>(at + 7, MINUS)
  putPair(at + 8, day)
  return at + 10
}

/** Writes a packed date: (year · 13 + month) << 5 | day. */
function putPackedDate(at: usize, packed: u32): usize {
  const months = packed >> 5
  const year = months / 13
  return putDate(at, year, months - year * 13, packed & 31)
}

/** Writes a packed time of day, hour << 12 | minute << 6 | second: `HH:MM:SS`, or more digits of hours. */
function putPackedClock(at: usize, packed: u32): usize {
  const hour = packed >> 12
  if (hour > 99) at = putUnsigned(at, hour)
  else {
    putPair(at, hour)
    at += 2
  }
  store<u8>(at, COLON)
  putPair(at + 1, (packed >> 6) & 63)
  store<u8>(at + 3, COLON)
  putPair(at + 4, packed & 63)
  return at + 6
}

/** Bytes of a fraction of a second. */
function fractionSize(digits: u32): u32 {
  return (digits + 1) >> 1
}

/**
 * Writes the point and the digits of a fraction as it is stored, an odd count of digits with a zero behind it; gives
 * where they end, 0 for more digits than there may be.
 */
function putFraction(at: usize, stored: u32, digits: u32): usize {
  const fraction = (digits & 1) === 0 ? stored : stored / 10
  if (fraction >= load<u32>(LIMITS + digits * 4)) return 0
  store<u8>(at, POINT)
  return putPadded(at + 1, fraction, digits)
}

/** DATE: 3 bytes, year << 9 | month << 5 | day. */
export function putDateText(at: usize, from: usize): usize {
  const packed = (load<u16>(from) as u32) | ((load<u8>(from + 2) as u32) << 16)
  return putDate(at, packed >> 9, (packed >> 5) & 15, packed & 31)
}

/** DATETIME2: a bit that is 1, 22 bits of packed date, 17 bits of packed time, the fraction. */
export function putDateTimeText(at: usize, from: usize, digits: u32): usize {
  const packed = loadBigEndian(from, 5)
  const date = putPackedDate(at, <u32>(packed >> 17) & 0x3fffff)
  if (date === 0) return 0
  store<u8>(date, SPACE)
  const end = putPackedClock(date + 1, <u32>packed & 0x1ffff)
  return digits === 0 ? end : putFraction(end, <u32>loadBigEndian(from + 5, fractionSize(digits)), digits)
}

/** TIME2: packed time and fraction together one number from which the middle of its range is subtracted. */
export function putTimeText(at: usize, from: usize, digits: u32): usize {
  const size = fractionSize(digits)
  const bits = size * 8
  const stored = <i64>loadBigEndian(from, 3 + size) - ((<i64>0x800000) << bits)
  let value = stored
  if (stored < 0) {
    store<u8>(at++, MINUS)
    value = 0 - stored
  }
  const end = putPackedClock(at, <u32>(value >> bits))
  return digits === 0 ? end : putFraction(end, <u32>value & ((1 << bits) - 1), digits)
}

/** TIMESTAMP2: seconds since 1970, 0 for the zero timestamp, and the fraction; `offset` is added to the seconds. */
export function putTimestampText(at: usize, from: usize, digits: u32, offset: i32): usize {
  const seconds = bswap(load<u32>(from))
  let end: usize
  if (seconds === 0) {
    putPackedDate(at, 0)
    store<u8>(at + 10, SPACE)
    end = putPackedClock(at + 11, 0)
  } else end = putInstant(at, <i64>seconds + offset, SPACE)
  return digits === 0 ? end : putFraction(end, <u32>loadBigEndian(from + 4, fractionSize(digits)), digits)
}

/**
 * The same as JavaScript has it: `YYYY-MM-DDTHH:MM:SS`, the fraction and `Z`; the zero timestamp as above.
 */
export function putTimestampValue(at: usize, from: usize, digits: u32): usize {
  const seconds = bswap(load<u32>(from))
  if (seconds === 0) return putTimestampText(at, from, digits, 0)
  let end = putInstant(at, seconds, T)
  if (digits !== 0) end = putFraction(end, <u32>loadBigEndian(from + 4, fractionSize(digits)), digits)
  if (end === 0) return 0
  store<u8>(end, Z)
  return end + 1
}

/** Writes date, separator and time of day for seconds since 1970, which a time zone may make negative. */
function putInstant(at: usize, seconds: i64, separator: u8): usize {
  // Counted from a day in March of the year 0, at the beginning of an era of 400 years: never negative.
  const shifted = seconds + 719468 * SECONDS_OF_DAY
  const days = <u32>(shifted / SECONDS_OF_DAY)
  const second = <u32>(shifted - <i64>days * SECONDS_OF_DAY)
  const era = days / 146097
  const dayOfEra = days - era * 146097
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  const monthFromMarch = (5 * dayOfYear + 2) / 153
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const end = putDate(at, year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  store<u8>(end, separator)
  const minutes = second / 60
  const hours = minutes / 60
  return putPackedClock(end + 1, (hours << 12) | ((minutes - hours * 60) << 6) | (second - minutes * 60))
}
