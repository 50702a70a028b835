import { readUInt8 } from "../bytes/read.ts"

/*
 * Whole numbers as strings, out of prepared pieces of up to three digits: faster than writing them to bytes and reading
 * those.
 */

const PADDED: readonly (readonly string[])[] = [0, 1, 2, 3].map((width) =>
  Array.from({ length: 10 ** width }, (_, number) => String(number).padStart(width, "0")),
)
const PLAIN = Array.from({ length: 1000 }, (_, number) => String(number))
const DOTTED = PADDED.map((texts) => texts.map((text) => `.${text}`))
const THREE = PADDED[3] ?? []
/** Both digits of 00 to 99, as characters. */
export const TENS: Uint8Array = Uint8Array.from(PADDED[2] ?? [], (digits) => digits.charCodeAt(0))
export const ONES: Uint8Array = Uint8Array.from(PADDED[2] ?? [], (digits) => digits.charCodeAt(1))
const ZERO = 0x30

/** The digits of a whole number below 10^9. */
export function plainDigits(value: number): string {
  const low = value | 0
  if (low < 1000) return PLAIN[low] ?? String(value)
  const thousands = (low / 1000) | 0
  const last = THREE[low - thousands * 1000] ?? ""
  if (thousands < 1000) return (PLAIN[thousands] ?? "") + last
  const millions = (thousands / 1000) | 0
  return (PLAIN[millions] ?? String(millions)) + (THREE[thousands - millions * 1000] ?? "") + last
}

/** The same with zeros in front up to `width`, at most 9. */
export function paddedDigits(value: number, width: number): string {
  return width === 9 && value < 1e9 ? nineDigits(value | 0) : pieces(PADDED, value | 0, width)
}

/** The same behind a point; nothing for a width of 0. */
export function dottedDigits(value: number, width: number): string {
  return width === 0 ? "" : pieces(DOTTED, value | 0, width)
}

/** Of their characters at once, which saves the pieces. */
function nineDigits(value: number): string {
  const first = (value / 10_000_000) | 0
  const last7 = value - first * 10_000_000
  const second = (last7 / 100_000) | 0
  const last5 = last7 - second * 100_000
  const third = (last5 / 1000) | 0
  const last3 = last5 - third * 1000
  const fourth = (last3 / 10) | 0
  return String.fromCharCode(
    readUInt8(TENS, first),
    readUInt8(ONES, first),
    readUInt8(TENS, second),
    readUInt8(ONES, second),
    readUInt8(TENS, third),
    readUInt8(ONES, third),
    readUInt8(TENS, fourth),
    readUInt8(ONES, fourth),
    ZERO + last3 - fourth * 10,
  )
}

function pieces(first: readonly (readonly string[])[], value: number, width: number): string {
  if (width <= 3) return piece(first, width, value)
  const thousands = (value / 1000) | 0
  const last = THREE[value - thousands * 1000] ?? ""
  if (width <= 6) return piece(first, width - 3, thousands) + last
  const millions = (thousands / 1000) | 0
  const middle = THREE[thousands - millions * 1000] ?? ""
  return piece(first, width - 6, millions) + middle + last
}

/** Only damaged bytes have more digits than their place. */
function piece(first: readonly (readonly string[])[], width: number, value: number): string {
  return first[width]?.[value] ?? (first === DOTTED ? `.${value}` : String(value))
}
