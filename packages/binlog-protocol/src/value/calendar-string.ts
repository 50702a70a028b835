import { readUInt8 } from "../bytes/read.ts"
import { ONES, paddedDigits, TENS } from "./digit-string.ts"

/*
 * Dates and times as strings: short ones out of prepared pieces, longer ones of their characters at once, which saves the
 * pieces. Numbers out of range, which only damaged bytes have, are written as they are.
 */

const DASH = 0x2d
const COLON = 0x3a

/** `-MM-DD` by month << 5 | day. */
const DASHED_DAYS: readonly string[] = Array.from(
  { length: 512 },
  (_, index) => `-${paddedDigits(index >> 5, 2)}-${paddedDigits(index & 31, 2)}`,
)
/** By year, as they come. All places are there from the start: an array with gaps is a table of hashes to the engine. */
const years: string[] = Array.from({ length: 10_000 }, () => "")

/** `YYYY-MM-DD`; zeros are written as they are. Months are below 16, days below 32. */
export function dateString(year: number, month: number, day: number): string {
  let text = years[year]
  if (text === "") text = years[year] = String(year).padStart(4, "0")
  return (text ?? String(year)) + (DASHED_DAYS[(month << 5) | day] ?? "")
}

/** `YYYY-MM-DD` of a packed date: (year · 13 + month) << 5 | day. */
export function packedDateString(ymd: number): string {
  const months = ymd >> 5
  const year = (months / 13) | 0
  return dateString(year, months - year * 13, ymd & 31)
}

/** `HH:MM:SS` of a packed time of day: hour << 12 | minute << 6 | second. */
export function packedClockString(hms: number): string {
  const hour = hms >> 12
  const minute = (hms >> 6) & 63
  const second = hms & 63
  if (hour > 99) return `${hour}:${paddedDigits(minute, 2)}:${paddedDigits(second, 2)}`
  return String.fromCharCode(
    readUInt8(TENS, hour),
    readUInt8(ONES, hour),
    COLON,
    readUInt8(TENS, minute),
    readUInt8(ONES, minute),
    COLON,
    readUInt8(TENS, second),
    readUInt8(ONES, second),
  )
}

/** A packed date and a packed time of day, with the character `separator` between them. */
export function packedDateTimeString(ymd: number, separator: number, hms: number): string {
  const months = ymd >> 5
  const year = (months / 13) | 0
  const hour = hms >> 12
  if (year > 9999 || hour > 99)
    return packedDateString(ymd) + String.fromCharCode(separator) + packedClockString(hms)
  const century = (year / 100) | 0
  const yearOfCentury = year - century * 100
  const month = months - year * 13
  const day = ymd & 31
  const minute = (hms >> 6) & 63
  const second = hms & 63
  return String.fromCharCode(
    readUInt8(TENS, century),
    readUInt8(ONES, century),
    readUInt8(TENS, yearOfCentury),
    readUInt8(ONES, yearOfCentury),
    DASH,
    readUInt8(TENS, month),
    readUInt8(ONES, month),
    DASH,
    readUInt8(TENS, day),
    readUInt8(ONES, day),
    separator,
    readUInt8(TENS, hour),
    readUInt8(ONES, hour),
    COLON,
    readUInt8(TENS, minute),
    readUInt8(ONES, minute),
    COLON,
    readUInt8(TENS, second),
    readUInt8(ONES, second),
  )
}
