import { KIND_BIG, KIND_NEGATIVE_BIG, KIND_NUMBER, MOST_EXPONENT } from "../src/decode/row-layout"

const MINUS: u8 = 0x2d
const POINT: u8 = 0x2e
const ZERO: u8 = 0x30
const PLUS: u8 = 0x2b
const EXPONENT: u8 = 0x65

/** More digits may be more than 64 bits. */
const MOST_DIGITS: u32 = 19
/** 2^53: whole numbers below it are numbers. */
const SAFE: u64 = 9007199254740992

/** By exponent from -MOST_EXPONENT on: the nearest number to that power of ten, and what it lacks. Put there by JavaScript. */
export const POWERS = memory.data((2 * MOST_EXPONENT + 1) * 16, 16)

/** What `findInteger` found: which kind it is, and a number or a whole number of 64 bits. */
export let integerKind: i32 = 0
export let integerBits: u64 = 0
/** What `findDouble` found. */
export let double: f64 = 0

/** Reads a whole number of up to nineteen digits, or of twenty that 64 bits hold. Gives false for any other text. */
export function findInteger(from: usize, end: usize): bool {
  const isNegative = load<u8>(from) === MINUS
  const first = from + (isNegative ? 1 : 0)
  if (end <= first || !findNumber(end, <u32>(end - first))) return false
  if (found < SAFE) {
    integerKind = KIND_NUMBER
    const number = <f64>found
    integerBits = reinterpret<u64>(isNegative ? -number : number)
  } else {
    integerKind = isNegative ? KIND_NEGATIVE_BIG : KIND_BIG
    integerBits = found
  }
  return true
}

/** Where the digits end that stand between two places. */
export function digitsEnd(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    // All at once: a branch for each would mostly be mispredicted for the last one.
    const digits = i8x16.lt_u(i8x16.sub(v128.load(at), i8x16.splat(ZERO)), i8x16.splat(10))
    const others = i8x16.bitmask(digits) ^ 0xffff
    if (others !== 0) return min(at + ctz(others), end)
  }
  return end
}

/** What the digits are that were read. */
let found: u64 = 0

/** Reads the `count` digits before `end`. Gives false where one is none, or 64 bits do not hold them. */
function findNumber(end: usize, count: u32): bool {
  if (count <= 16) return findDigits(end, count)
  if (count > MOST_DIGITS + 1 || !findDigits(end - 16, count - 16)) return false
  const high = found
  if (!findDigits(end, 16)) return false
  // 2^64 - 1 is 1844,6744073709551615.
  if (high > 1844 || (high === 1844 && found > 6744073709551615)) return false
  found += high * 10000000000000000
  return true
}

/**
 * Reads the `count` digits before `end`, sixteen at most, without a branch that depends on how many they are. Gives false
 * where one is none. Up to sixteen bytes before `end` are read.
 */
function findDigits(end: usize, count: u32): bool {
  const values = i8x16.sub(v128.load(end - 16), i8x16.splat(0x30))
  const wanted = v128.load(LAST + count)
  const digits = v128.and(values, wanted)
  if (v128.any_true(i8x16.gt_u(digits, i8x16.splat(9)))) return false
  // Neighbours become numbers of two digits, of four and of eight, the first of each pair being the higher one.
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x0001_0064))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x0001_2710))
  found = <u64>(<u32>i32x4.extract_lane(eights, 0)) * 100000000 + <u64>(<u32>i32x4.extract_lane(eights, 1))
  return true
}

/** From the place of a number on: sixteen bytes of which so many, the last ones, are all ones. */
const LAST = memory.data(32, 16)
memory.fill(LAST + 16, 0xff, 16)

/** 10^0 to 10^MOST_DIGITS. */
const TENS = memory.data((19 + 1) * 8, 8)
store<u64>(TENS, 1)
for (let at: usize = 8; at <= 19 * 8; at += 8) store<u64>(TENS + at, load<u64>(TENS + at - 8) * 10)

/**
 * Reads a decimal number as Java writes it, and many other ones: fifteen digits and a small exponent by one operation on
 * exact numbers, up to nineteen digits in twice the precision. Gives false where that leaves a doubt, and for other text.
 */
export function findDouble(from: usize, end: usize): bool {
  const isNegative = load<u8>(from) === MINUS
  const first = from + (isNegative ? 1 : 0)
  let at = digitsEnd(first, end)
  const digits = <u32>(at - first)
  if (!findNumber(at, digits)) return false
  const whole = found
  let places: u32 = 0
  if (at < end && load<u8>(at) === POINT) {
    const fraction = at + 1
    at = digitsEnd(fraction, end)
    places = <u32>(at - fraction)
    if (places > MOST_DIGITS || !findNumber(at, places)) return false
  } else found = 0
  if (digits + places === 0 || (digits + places > MOST_DIGITS && whole !== 0)) return false
  const mantissa = whole * load<u64>(TENS + ((<usize>places) << 3)) + found
  let exponent = -(<i32>places)
  if (at < end) {
    if ((load<u8>(at) | 0x20) !== EXPONENT) return false
    at++
    const isDown = at < end && load<u8>(at) === MINUS
    if (isDown || (at < end && load<u8>(at) === PLUS)) at++
    if (at === end || at + 3 < end || !findDigits(end, <u32>(end - at))) return false
    exponent += isDown ? -(<i32>found) : <i32>found
  }
  const value = valueOf(mantissa, exponent)
  double = isNegative ? -value : value
  return !isNaN(value)
}

/** The number nearest to mantissa · 10^exponent; NaN where it is not known. */
function valueOf(mantissa: u64, exponent: i32): f64 {
  if (mantissa <= SAFE && exponent >= -22 && exponent <= 22) {
    return exponent < 0 ? <f64>mantissa / nearest(-exponent) : <f64>mantissa * nearest(exponent)
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
