import type { ByteWriter } from "../bytes/byte-writer.ts"
import { pairOf } from "../bytes/digit-pairs.ts"
import { packedDateTimeString } from "./calendar-string.ts"

const MINUS = 0x2d
const COLON = 0x3a
const POINT = 0x2e
const SPACE = 0x20
const T = 0x54
const SECONDS_OF_DAY = 86_400

/** Appends `YYYY-MM-DD`; zeros are written as they are. */
export function writeDate(year: number, month: number, day: number, out: ByteWriter): void {
  const century = (year / 100) | 0
  // Only damaged bytes have such years.
  if (century > 99) return writeLongDate(year, month, day, out)
  out.reserve(10)
  const { view, length } = out
  view.setUint16(length, pairOf(century), true)
  view.setUint16(length + 2, pairOf(year - century * 100), true)
  view.setUint8(length + 4, MINUS)
  view.setUint16(length + 5, pairOf(month), true)
  view.setUint8(length + 7, MINUS)
  view.setUint16(length + 8, pairOf(day), true)
  out.length = length + 10
}

function writeLongDate(year: number, month: number, day: number, out: ByteWriter): void {
  out.digits(year)
  out.byte(MINUS)
  out.digits(month, 2)
  out.byte(MINUS)
  out.digits(day, 2)
}

/** Appends `HH:MM:SS`; hours may take three digits. */
export function writeClock(hour: number, minute: number, second: number, out: ByteWriter): void {
  if (hour > 99) out.digits(hour)
  else out.uint16(pairOf(hour))
  out.reserve(6)
  const { view, length } = out
  view.setUint8(length, COLON)
  view.setUint16(length + 1, pairOf(minute), true)
  view.setUint8(length + 3, COLON)
  view.setUint16(length + 4, pairOf(second), true)
  out.length = length + 6
}

/** Appends `.f` with `digits` digits, nothing for none. `fraction` is in units of the last digit. */
export function writeFraction(fraction: number, digits: number, out: ByteWriter): void {
  if (digits === 0) return
  out.byte(POINT)
  out.digits(fraction, digits)
}

/** Appends `YYYY-MM-DD`, the separator and `HH:MM:SS` for seconds since 1970, which may be negative. */
export function writeInstant(seconds: number, separator: number, out: ByteWriter): void {
  const day = Math.floor(seconds / SECONDS_OF_DAY)
  writePackedDate(packedDay(day), out)
  out.byte(separator)
  writePackedClock(packedSecond(seconds - day * SECONDS_OF_DAY), out)
}

/** The days that four bytes of seconds reach, packed as they come. */
const packedDays = new Int32Array(49_711)

/** `YYYY-MM-DDTHH:MM:SS` for seconds since 1970, 0 to 2^32 − 1. */
export function instantString(seconds: number): string {
  const day = (seconds / SECONDS_OF_DAY) | 0
  const ymd = packedDays[day] || (packedDays[day] = packedDay(day))
  return packedDateTimeString(ymd, T, packedSecond(seconds - day * SECONDS_OF_DAY))
}

/** A second of a day, packed as a time of day. */
function packedSecond(second: number): number {
  const minutes = (second / 60) | 0
  const hours = (minutes / 60) | 0
  return (hours << 12) | ((minutes - hours * 60) << 6) | (second - minutes * 60)
}

/** A day since 1970, packed as a date. */
function packedDay(day: number): number {
  // Years of 365.2425 days that begin in March, in eras of 400 (the proleptic Gregorian calendar).
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return ((year * 13 + month) << 5) | (dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1)
}

/** Appends the date and time that `ymd` and `hms` hold, packed as in DATETIME2. */
export function writePackedDateTime(ymd: number, hms: number, out: ByteWriter): void {
  writePackedDate(ymd, out)
  out.byte(SPACE)
  writePackedClock(hms, out)
}

/** Appends a packed date: (year · 13 + month) << 5 | day. */
export function writePackedDate(ymd: number, out: ByteWriter): void {
  const months = ymd >> 5
  const year = (months / 13) | 0
  writeDate(year, months - year * 13, ymd & 31, out)
}

/** Appends a packed time of day: hour << 12 | minute << 6 | second. */
export function writePackedClock(hms: number, out: ByteWriter): void {
  writeClock(hms >> 12, (hms >> 6) & 63, hms & 63, out)
}
