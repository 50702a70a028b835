import {
  KIND_BIG,
  KIND_INTEGER,
  KIND_NEGATIVE_BIG,
  KIND_NUMBER,
  MOST_EXPONENT,
} from "../src/decode/row-layout"

const MINUS: u8 = 0x2d
const POINT: u8 = 0x2e
const ZERO: u8 = 0x30
const PLUS: u8 = 0x2b
const EXPONENT: u8 = 0x65

/** More digits may be more than 64 bits. */
const MOST_DIGITS: u32 = 19
/** 2^53: whole numbers below it are numbers. */
const SAFE: u64 = 9007199254740992
const SIXTEEN_DIGITS: u64 = 10000000000000000
/** What is said instead of a number of more than nineteen digits. */
const TOO_LONG: u64 = -1

/** The powers of ten of up to nineteen zeros. */
const TENS = memory.data((MOST_DIGITS + 1) * 8, 8)
for (let i: u32 = 0, power: u64 = 1; i <= MOST_DIGITS; i++, power *= 10) store<u64>(TENS + (i << 3), power)

/** By exponent from -MOST_EXPONENT on: the nearest number to that power of ten, and what it lacks. Put there by JavaScript. */
export const POWERS = memory.data((2 * MOST_EXPONENT + 1) * 16, 16)

/** What `findInteger` found: which kind it is, and a number or a whole number of 32 or 64 bits. */
export let integerKind: i32 = 0
export let integerBits: u64 = 0
/** What `findDouble` found. */
export let double: f64 = 0

/** Reads a whole number of up to nineteen digits, or of twenty that 64 bits hold. Gives false for any other text. */
export function findInteger(from: usize, end: usize): bool {
  const isNegative = load<u8>(from) === MINUS
  const first = from + (isNegative ? 1 : 0)
  if (end <= first) return false
  const count = <u32>(end - first)
  let value: u64 = 0
  if (count <= 16) {
    const digits = digitsBefore(end, count)
    if (!areDigits(digits)) return false
    value = numberOf(digits)
  } else {
    if (count > MOST_DIGITS + 1) return false
    const highDigits = digitsBefore(end - 16, count - 16)
    const lowDigits = digitsBefore(end, 16)
    if (!areDigits(i8x16.max_u(highDigits, lowDigits))) return false
    const high = numberOf(highDigits)
    const low = numberOf(lowDigits)
    // 2^64 - 1 is 1844,6744073709551615.
    if (high > 1844 || (high === 1844 && low > 6744073709551615)) return false
    value = high * SIXTEEN_DIGITS + low
  }
  // Not -0.
  if (value <= <u64>i32.MAX_VALUE && (value !== 0 || !isNegative)) {
    integerKind = KIND_INTEGER
    integerBits = isNegative ? 0 - value : value
  } else if (value < SAFE) {
    integerKind = KIND_NUMBER
    const number = <f64>(<i64>value)
    integerBits = reinterpret<u64>(isNegative ? -number : number)
  } else {
    integerKind = isNegative ? KIND_NEGATIVE_BIG : KIND_BIG
    integerBits = value
  }
  return true
}

/** The values of the `count` digits before `end`, sixteen at most, behind zeros. Up to sixteen bytes before `end` are read. */
function digitsBefore(end: usize, count: u32): v128 {
  return v128.and(digitsAt(end - 16), v128.load(LAST + count))
}

/** The values of sixteen digits; of other characters, more than 9. */
function digitsAt(at: usize): v128 {
  return i8x16.sub(v128.load(at), i8x16.splat(ZERO))
}

function areDigits(digits: v128): bool {
  return !v128.any_true(i8x16.gt_u(digits, i8x16.splat(9)))
}

/** The number that sixteen digits say. */
function numberOf(digits: v128): u64 {
  // Neighbours become numbers of two digits, of four and of eight, the first of each pair being the higher one.
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x0001_0064))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x0001_2710))
  return <u64>(<u32>i32x4.extract_lane(eights, 0)) * 100000000 + <u64>(<u32>i32x4.extract_lane(eights, 1))
}

/** From the place of a number on: sixteen bytes of which so many, the last ones, are all ones. */
const LAST = memory.data(32, 16)
memory.fill(LAST + 16, 0xff, 16)

/**
 * Reads a decimal number as Java writes it, and many other ones: fifteen digits and a small exponent by one operation on
 * exact numbers, up to nineteen digits in twice the precision. Gives false where that leaves a doubt, and for other text.
 */
export function findDouble(from: usize, end: usize): bool {
  const isNegative = load<u8>(from) === MINUS
  const first = from + (isNegative ? 1 : 0)
  if (end <= first || end - first > 31) return false
  const size = <u32>(end - first)
  // Which of 32 bytes are no digits of the text: all behind it.
  const others = othersAt(first) | (othersAt(first + 16) << 16) | ((<u32>-1) << size)
  const whole = <u32>ctz(others)
  let at = first + whole
  let fraction: u32 = 0
  if (whole < size && load<u8>(at) === POINT) {
    fraction = <u32>ctz(others & (others - 1)) - whole - 1
    at += fraction + 1
  }
  if (whole + fraction === 0) return false
  let mantissa = digitsNumber(first + whole, whole)
  if (mantissa === TOO_LONG) return false
  if (fraction !== 0) {
    const rest = digitsNumber(at, fraction)
    if (rest === TOO_LONG || (mantissa !== 0 && whole + fraction > MOST_DIGITS)) return false
    mantissa = mantissa * load<u64>(TENS + (min(fraction, MOST_DIGITS) << 3)) + rest
  }
  let exponent = -(<i32>fraction)
  if (at < end) {
    if ((load<u8>(at) | 0x20) !== EXPONENT) return false
    at++
    const isDown = at < end && load<u8>(at) === MINUS
    if (isDown || (at < end && load<u8>(at) === PLUS)) at++
    if (at === end || at + 3 < end) return false
    const digits = digitsBefore(end, <u32>(end - at))
    if (!areDigits(digits)) return false
    const power = <i32>numberOf(digits)
    exponent += isDown ? -power : power
  }
  const value = valueOf(mantissa, exponent)
  double = isNegative ? -value : value
  return !isNaN(value)
}

/** Which of sixteen bytes are no digits. */
function othersAt(at: usize): u32 {
  return i8x16.bitmask(i8x16.gt_u(digitsAt(at), i8x16.splat(9)))
}

/** Where the digits end that stand between two places: a branch for each would mostly be mispredicted for the last one. */
export function digitsEnd(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const others = othersAt(at)
    if (others !== 0) return min(at + <usize>ctz(others), end)
  }
  return end
}

/** The number that up to 32 digits before `end` say; TOO_LONG where more than nineteen of them follow the zeros before them. */
function digitsNumber(end: usize, count: u32): u64 {
  if (count <= 16) return numberOf(digitsBefore(end, count))
  const high = numberOf(digitsBefore(end - 16, count - 16))
  return high > 999 ? TOO_LONG : high * SIXTEEN_DIGITS + numberOf(digitsBefore(end, 16))
}

/** The number nearest to mantissa · 10^exponent; NaN where it is not known. */
function valueOf(mantissa: u64, exponent: i32): f64 {
  if (mantissa <= SAFE && exponent >= -22 && exponent <= 22) {
    const number = <f64>(<i64>mantissa)
    return exponent < 0 ? number / nearest(-exponent) : number * nearest(exponent)
  }
  if (mantissa === 0 || exponent < -MOST_EXPONENT || exponent > MOST_EXPONENT) return NaN
  return scaled(mantissa, exponent)
}

function nearest(exponent: i32): f64 {
  return load<f64>(POWERS + ((<usize>(exponent + MOST_EXPONENT)) << 4))
}

/** 2^27 + 1 parts a number into two halves whose products are exact. */
const PARTING: f64 = 134217729
/** Beyond what the sums below can be wrong by, for a result of 1: some roundings at 2^-104. */
const DOUBT: f64 = 3.1554436208840472e-30

/** Computes mantissa · 10^exponent to twice the precision; NaN where that does not tell which number is nearest. */
function scaled(mantissa: u64, exponent: i32): f64 {
  const power = nearest(exponent)
  const lack = load<f64>(POWERS + ((<usize>(exponent + MOST_EXPONENT)) << 4), 8)
  // Exact: what the head lacks of the mantissa has less than twelve bits.
  const head = <f64>mantissa
  const headRest = <f64>(<i64>(mantissa - <u64>head))
  const value = head * power
  const valueRest = productError(head, power, value) + head * lack + headRest * power
  const doubt = value * DOUBT
  const least = value + (valueRest - doubt)
  return least === value + (valueRest + doubt) ? least : NaN
}

/** What a rounded product lacks of the product. */
function productError(one: f64, other: f64, product: f64): f64 {
  const oneParted = PARTING * one
  const oneHigh = oneParted - (oneParted - one)
  const oneLow = one - oneHigh
  const otherParted = PARTING * other
  const otherHigh = otherParted - (otherParted - other)
  const otherLow = other - otherHigh
  return oneHigh * otherHigh - product + oneHigh * otherLow + oneLow * otherHigh + oneLow * otherLow
}
