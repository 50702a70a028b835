import { paddedDigits } from "./digit-string.ts"

/*
 * Dates and times as strings, out of prepared pieces. Numbers out of range, which only damaged bytes have, are written
 * as they are.
 */

/** `:SS` */
const SECONDS: readonly string[] = Array.from({ length: 64 }, (_, number) => `:${paddedDigits(number, 2)}`)

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

/** Gives the text and `HH:MM:SS` behind it for a packed time of day: hour << 12 | minute << 6 | second. */
export function clockBehind(text: string): (hms: number) => string {
  const minutes = Array.from({ length: 32 * 64 }, () => "")
  return (hms) => {
    const minute = hms >> 6
    const known = minutes[minute]
    const upToMinute =
      known === undefined || known === ""
        ? `${text}${paddedDigits(minute >> 6, 2)}:${paddedDigits(minute & 63, 2)}`
        : known
    if (known === "") minutes[minute] = upToMinute
    return upToMinute + (SECONDS[hms & 63] ?? "")
  }
}
