import { putSigned, putUnsigned } from "../../binlog-protocol/assembly/digits"
import { digits, exponent, findShortest } from "./shortest"

const MINUS: u8 = 0x2d
const POINT: u8 = 0x2e
const ZERO: u8 = 0x30

/** Digits of a number that is not 0. */
function countDigits(number: u64): i32 {
  // 1233 / 4096 is log10(2), near enough.
  const guess = ((64 - <i32>clz(number)) * 1233) >> 12
  return guess + (number >= load<u64>(TENS + guess * 8) ? 1 : 0)
}

const TENS = memory.data(20 * 8)
for (let index = 0, power: u64 = 1; index < 20; index++, power *= 10) store<u64>(TENS + index * 8, power)

/** Finds the shortest decimal of a DOUBLE that is not 0; answers whether it can: not for subnormal ones. */
function shortestOfDouble(bits: u64): bool {
  const biased = <i32>(bits >> 52) & 0x7ff
  const fraction = bits & 0xfffffffffffff
  if (biased === 0 || biased === 0x7ff) return false
  findShortest(fraction | 0x10000000000000, biased - 1075, fraction === 0 && biased > 1)
  return true
}

/** The same for a FLOAT. */
function shortestOfFloat(bits: u32): bool {
  const biased = <i32>(bits >> 23) & 0xff
  const fraction = bits & 0x7fffff
  if (biased === 0 || biased === 0xff) return false
  findShortest(fraction | 0x800000, biased - 150, fraction === 0 && biased > 1)
  return true
}

/** Writes a DOUBLE as Java's `Double.toString` shows it; gives where it ends, 0 where it cannot. */
export function putJavaDouble(at: usize, from: usize): usize {
  const bits = load<u64>(from)
  const value = reinterpret<f64>(bits)
  if (abs(value) < 10000000 && value === Math.floor(value)) return putWhole(at, <i32>value, <i64>bits < 0)
  if (!shortestOfDouble(bits)) return 0
  return putJava(at, <i64>bits < 0)
}

/** Writes a FLOAT as Java's `Float.toString` shows it; gives where it ends, 0 where it cannot. */
export function putJavaFloat(at: usize, from: usize): usize {
  const bits = load<u32>(from)
  const value = reinterpret<f32>(bits)
  if (abs(value) < 10000000 && value === Mathf.floor(value)) return putWhole(at, <i32>value, <i32>bits < 0)
  if (!shortestOfFloat(bits)) return 0
  return putJava(at, <i32>bits < 0)
}

/** Writes a whole number and `.0`; 0 has its sign too. */
function putWhole(at: usize, value: i32, isNegative: bool): usize {
  if (isNegative) store<u8>(at++, MINUS)
  const end = putUnsigned(at, abs(value))
  store<u16>(end, 0x302e)
  return end + 2
}

/** Writes what was found in Java's layout: plain from 1e-3 up to 1e7, else `d.dE±n`, a digit at least behind the point. */
function putJava(at: usize, isNegative: bool): usize {
  if (isNegative) store<u8>(at++, MINUS)
  const count = countDigits(digits)
  const first = exponent + count - 1
  if (first >= -3 && first < 7) {
    const end = putPlain(at, count)
    if (exponent < 0) return end
    store<u16>(end, 0x302e)
    return end + 2
  }
  let end = putPointed(at, count)
  if (count === 1) {
    store<u16>(end, 0x302e)
    end += 2
  }
  store<u8>(end, 0x45)
  return putSigned(end + 1, first)
}

/**
 * Writes a DOUBLE as MySQL shows it in a JSON document; gives where it ends, 0 where it cannot. It has a point or an
 * exponent, so that it reads as no integer.
 */
export function putJsonDouble(at: usize, from: usize): usize {
  const bits = load<u64>(from)
  const isNegative = <i64>bits < 0
  const value = reinterpret<f64>(bits)
  if (abs(value) < 10000000 && value === Math.floor(value)) return putWhole(at, <i32>value, isNegative)
  if (!shortestOfDouble(bits)) return 0
  if (isNegative) store<u8>(at++, MINUS)
  const count = countDigits(digits)
  const first = exponent + count - 1
  if (first >= -15 && (first <= 14 || exponent < 0)) {
    const end = putPlain(at, count)
    if (exponent < 0) return end
    store<u16>(end, 0x302e)
    return end + 2
  }
  const end = putPointed(at, count)
  store<u8>(end, 0x65)
  return putSigned(end + 1, first)
}

/** Writes the number without an exponent; a whole one without a point. */
function putPlain(at: usize, count: i32): usize {
  if (exponent >= 0) {
    const end = putUnsigned(at, digits)
    memory.fill(end, ZERO, exponent)
    return end + exponent
  }
  const point = count + exponent
  if (point <= 0) {
    store<u16>(at, 0x2e30)
    memory.fill(at + 2, ZERO, -point)
    return putUnsigned(at + 2 - point, digits)
  }
  return putWithPoint(at, point)
}

/** Writes the digits with a point behind the first, if there are more. */
function putPointed(at: usize, count: i32): usize {
  return count === 1 ? putUnsigned(at, digits) : putWithPoint(at, 1)
}

/** Writes the digits with the point behind so many of them. */
function putWithPoint(at: usize, before: i32): usize {
  // Written one place to the right, of which those before the point then move back.
  const end = putUnsigned(at + 1, digits)
  for (let index = 0; index < before; index++) store<u8>(at + index, load<u8>(at + index + 1))
  store<u8>(at + before, POINT)
  return end
}
