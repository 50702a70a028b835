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
export function readInteger(bytes: Buffer, start: number, end: number): number | bigint | string {
  const isNegative = bytes[start] === MINUS
  const first = isNegative ? start + 1 : start
  if (end <= first || end - first > EXACT_DIGITS) return integerOf(readText(bytes, start, end))
  let value = 0
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return integerOf(readText(bytes, start, end))
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}

function integerOf(text: string): number | bigint | string {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  return /^-?\d+$/.test(text) ? BigInt(text) : text
}

/**
 * The number that is nearest to a decimal text such as `-1.25E-7`. Few digits and a small exponent need a single division or
 * multiplication of exact numbers, which is rounded correctly.
 */
export function readDouble(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS
  let digits = 0
  let mantissa = 0
  let exponent = 0
  let hasPoint = false
  let at = isNegative ? start + 1 : start
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0
    const digit = byte - ZERO
    if (digit >= 0 && digit <= 9) {
      if (mantissa > 0 || digit > 0) digits++
      mantissa = mantissa * 10 + digit
      if (hasPoint) exponent--
    } else if (byte === POINT && !hasPoint) hasPoint = true
    else break
  }
  if (at < end && bytes[at] === EXPONENT) {
    const isDown = bytes[at + 1] === MINUS
    const power = smallNumber(bytes, isDown ? at + 2 : at + 1, end)
    exponent += isDown ? -power : power
    at = end
  }
  const power = POWERS[Math.abs(exponent)]
  if (at !== end || digits > EXACT_DIGITS || power === undefined || end - start < 2) {
    return Number(readText(bytes, start, end))
  }
  const value = exponent < 0 ? mantissa / power : mantissa * power
  return isNegative ? -value : value
}

/** A number of one to three digits; NaN for anything else. */
function smallNumber(bytes: Buffer, start: number, end: number): number {
  if (end <= start || end - start > 3) return Number.NaN
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
