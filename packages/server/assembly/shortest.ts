/*
 * The decimal of fewest digits that lies nearer to a binary floating point number than to its neighbours, and of those
 * the nearest: Raffaello Giulietti, "The Schubfach way to render doubles" (2020), which the JDK follows from 19 on.
 */

/** Least exponent of ten of which `POWERS` holds the inverse. */
export const LEAST_EXPONENT = -324
export const POWERS_COUNT = 617

/**
 * For each exponent k from `LEAST_EXPONENT` on: floor(10^-k · 2^r) + 1 with r such that it has 126 bits, the upper 63
 * first. Filled in by JavaScript.
 */
export const POWERS = memory.data(POWERS_COUNT * 16)

/** The digits that `findShortest` found, without zeros at the end, */
export let digits: u64 = 0
/** and the power of ten by which they are multiplied. */
export let exponent: i32 = 0

const LOW_63: u64 = 0x7fffffffffffffff

/** The upper half of the product. */
function multiplyHigh(left: u64, right: u64): u64 {
  const leftHigh = left >> 32
  const leftLow = left & 0xffffffff
  const rightHigh = right >> 32
  const rightLow = right & 0xffffffff
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >> 32)
  return leftHigh * rightHigh + (middle >> 32) + (((middle & 0xffffffff) + leftLow * rightHigh) >> 32)
}

/** The product of a power and a number, rounded to odd. */
function roundToOdd(high: u64, low: u64, number: u64): u64 {
  const rest = ((high * number) >> 1) + multiplyHigh(low, number)
  return (multiplyHigh(high, number) + (rest >> 63)) | (((rest & LOW_63) + LOW_63) >> 63)
}

/** For `mantissa` · 2^`binary`; `isPower` where the next lower number is half as far away as the next higher one. */
export function findShortest(mantissa: u64, binary: i32, isPower: bool): void {
  const odd = mantissa & 1
  const middle = mantissa << 2
  // floor(log10(2^binary)), and for a power of two that of three quarters of it.
  const ten = <i32>(((<i64>binary * 661971961083 - (isPower ? 274743187321 : 0)) as i64) >> 41)
  // floor(log2(10^-ten)) + 2
  const shift = <u64>(binary + <i32>((<i64>-ten * 913124641741) >> 38) + 2)
  const power = POWERS + (ten - LEAST_EXPONENT) * 16
  const high = load<u64>(power)
  const low = load<u64>(power, 8)
  const value = roundToOdd(high, low, middle << shift)
  const lower = roundToOdd(high, low, (middle - (isPower ? 1 : 2)) << shift) + odd
  const upper = roundToOdd(high, low, (middle + 2) << shift) - odd
  const whole = value >> 2
  exponent = ten
  // With one digit less, if only one such lies between the neighbours.
  const shortLow = (whole / 10) * 10
  const shortHigh = shortLow + 10
  const isShortLow = lower <= shortLow << 2
  if (isShortLow !== shortHigh << 2 <= upper) {
    digits = isShortLow ? shortLow : shortHigh
    dropZeros()
    return
  }
  const isLow = lower <= whole << 2
  if (isLow !== (whole + 1) << 2 <= upper) digits = isLow ? whole : whole + 1
  else {
    const distance = <i64>(value - ((whole << 2) + 2))
    digits = distance < 0 || (distance === 0 && (whole & 1) === 0) ? whole : whole + 1
  }
  if (digits % 10 === 0) dropZeros()
}

/** All digits there are have one zero or more at the end. */
function dropZeros(): void {
  let rest = digits
  let count = 0
  while (rest % 100000000 === 0) {
    rest /= 100000000
    count += 8
  }
  while (rest % 10 === 0) {
    rest /= 10
    count++
  }
  digits = rest
  exponent += count
}
