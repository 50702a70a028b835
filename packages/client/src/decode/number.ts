import { scaled } from "./scaled.ts"
import { readText } from "./text.ts"

const ZERO = 0x30
const MINUS = 0x2d
const POINT = 0x2e
const EXPONENT = 0x45

/** So many digits are always exact in a `number`. */
const EXACT_DIGITS = 15
/** Powers of ten that are exact in a `number`. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** An integer: a `number` while that is safe, a `bigint` beyond; text that is no integer stays text. */
export type Integer = number | bigint | string

/** Reads an integer. */
export function readInteger(bytes: Buffer, start: number, end: number): Integer {
  const isNegative = bytes[start] === MINUS
  const first = isNegative ? start + 1 : start
  if (end - first > EXACT_DIGITS) return readLongInteger(bytes, start, end)
  if (end <= first) return integerOf(readText(bytes, start, end))
  let value = 0
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return integerOf(readText(bytes, start, end))
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}

/** Room for an integer of 64 bits. */
const wide = new DataView(new ArrayBuffer(8))

/** The same for more than fifteen digits, of which the last nine are read apart. */
function readLongInteger(bytes: Buffer, start: number, end: number): Integer {
  const isNegative = bytes[start] === MINUS
  const first = isNegative ? start + 1 : start
  const middle = end - 9
  const high = middle - first > EXACT_DIGITS ? Number.NaN : digitsOf(bytes, first, middle)
  const low = digitsOf(bytes, middle, end)
  if (Number.isNaN(low)) return integerOf(readText(bytes, start, end))
  if (high < 9_007_199 || (high === 9_007_199 && low <= 254_740_991)) {
    const value = high * 1e9 + low
    return isNegative ? -value : value
  }
  // In units of 2^16, so that each product is exact.
  const upper = Math.floor(high / 0x1_0000) * 1e9
  const lower = (high % 0x1_0000) * 1e9 + low + (upper % 0x1_0000) * 0x1_0000
  const top = Math.floor(upper / 0x1_0000) + Math.floor(lower / 0x1_0000_0000)
  if (!(top < 0x1_0000_0000)) return integerOf(readText(bytes, start, end))
  wide.setUint32(0, top)
  wide.setUint32(4, lower % 0x1_0000_0000)
  const value = wide.getBigUint64(0)
  return isNegative ? -value : value
}

/** The number that these digits are; NaN where something else is among them. */
function digitsOf(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function integerOf(text: string): Integer {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  return /^-?\d+$/.test(text) ? BigInt(text) : text
}

/**
 * The number that is nearest to a decimal text such as `-1.25E-7`. Few digits and a small exponent need a single division or
 * multiplication of exact numbers, which is rounded correctly; up to nineteen digits are tried in twice the precision.
 */
export function readDouble(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS
  let digits = 0
  let mantissa = 0
  let rest = 0
  let exponent = 0
  let hasPoint = false
  const first = isNegative ? start + 1 : start
  let at = first
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0
    const digit = byte - ZERO
    if (digit >= 0 && digit <= 9) {
      if (mantissa > 0 || digit > 0) digits++
      if (digits > EXACT_DIGITS) rest = rest * 10 + digit
      else mantissa = mantissa * 10 + digit
      if (hasPoint) exponent--
    } else if (byte === POINT && !hasPoint) hasPoint = true
    else break
  }
  const hasDigit = at - first > (hasPoint ? 1 : 0)
  if (at < end && bytes[at] === EXPONENT) {
    const isDown = bytes[at + 1] === MINUS
    const power = smallNumber(bytes, isDown ? at + 2 : at + 1, end)
    exponent += isDown ? -power : power
    at = end
  }
  if (at !== end || !hasDigit) return Number(readText(bytes, start, end))
  let value = Number.NaN
  if (digits > EXACT_DIGITS) {
    value = scaled(mantissa, rest, digits - EXACT_DIGITS, exponent)
  } else {
    const power = POWERS[Math.abs(exponent)]
    if (power !== undefined) value = exponent < 0 ? mantissa / power : mantissa * power
  }
  if (Number.isNaN(value)) return Number(readText(bytes, start, end))
  return isNegative ? -value : value
}

/** A number of one to three digits; NaN for anything else. */
function smallNumber(bytes: Buffer, start: number, end: number): number {
  return end <= start || end - start > 3 ? Number.NaN : digitsOf(bytes, start, end)
}
