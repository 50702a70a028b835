/*
 * Dates and times as strings, out of prepared pieces: faster than writing them to bytes and reading those. Numbers out
 * of range, which only damaged bytes have, are written as they are.
 */

const PADDED: readonly (readonly string[])[] = [0, 1, 2, 3].map((width) =>
  Array.from({ length: 10 ** width }, (_, number) => String(number).padStart(width, "0")),
)
const TWO = PADDED[2] ?? []
const COLON_TWO: readonly string[] = Array.from({ length: 64 }, (_, number) => `:${padded(number, 2)}`)
/** `-MM-DD` by month << 5 | day. */
const DASHED_DAYS: readonly string[] = Array.from(
  { length: 512 },
  (_, index) => `-${padded(index >> 5, 2)}-${padded(index & 31, 2)}`,
)
/** By year, as they come. */
const years: string[] = []

function padded(number: number, width: number): string {
  return PADDED[width]?.[number] ?? String(number).padStart(width, "0")
}

/** `YYYY-MM-DD`; zeros are written as they are. Months are below 16, days below 32. */
export function dateString(year: number, month: number, day: number): string {
  const text = years[year] ?? (years[year] = String(year).padStart(4, "0"))
  return text + (DASHED_DAYS[(month << 5) | day] ?? "")
}

/** `HH:MM:SS`; hours may take three or more digits, minutes and seconds are below 64. */
export function clockString(hour: number, minute: number, second: number): string {
  return (TWO[hour] ?? String(hour)) + (COLON_TWO[minute] ?? "") + (COLON_TWO[second] ?? "")
}

/** `.f` with `digits` digits, nothing for none. `fraction` is in units of the last digit. */
export function fractionString(fraction: number, digits: number): string {
  if (digits === 0) return ""
  if (digits <= 3) return `.${padded(fraction, digits)}`
  const unit = digits === 4 ? 10 : digits === 5 ? 100 : 1000
  const thousandths = (fraction / unit) | 0
  return `.${padded(thousandths, 3)}${padded(fraction - thousandths * unit, digits - 3)}`
}

/** `YYYY-MM-DD` of a packed date: (year · 13 + month) << 5 | day. */
export function packedDateString(ymd: number): string {
  const months = ymd >> 5
  const year = (months / 13) | 0
  return dateString(year, months - year * 13, ymd & 31)
}

/** `HH:MM:SS` of a packed time of day: hour << 12 | minute << 6 | second. */
export function packedClockString(hms: number): string {
  return clockString(hms >> 12, (hms >> 6) & 63, hms & 63)
}
