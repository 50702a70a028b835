import { LIMITS, putPadded, putUnsigned } from "./digits"

const MINUS: u8 = 0x2d
const POINT: u8 = 0x2e
const ZERO: u8 = 0x30

/** Bytes that up to nine digits take. */
const SIZES = memory.data<u8>([0, 1, 1, 2, 2, 3, 3, 4, 4, 4])

/** Set by `group` for a group whose digits are out of range. */
let isMalformed = false

/** The number in the group of `digits` digits at `from`. */
function group(from: usize, digits: u32, flip: u32): u32 {
  const size = <u32>load<u8>(SIZES + digits)
  const number = (bswap(load<u32>(from)) ^ flip) >> (32 - size * 8)
  if (number >= load<u32>(LIMITS + digits * 4)) isMalformed = true
  return number
}

/**
 * DECIMAL: the digits before the point and those behind it in groups of nine, counted from the point outwards, each in
 * 4 bytes, the shorter ones at the ends in fewer, most significant first; the first bit is inverted, all bits of a
 * negative value too. `digits` is precision << 8 | scale. Gives where the text ends, 0 for a group out of range.
 */
export function putDecimalText(at: usize, from: usize, digits: u32): usize {
  const scale = digits & 0xff
  let whole = (digits >> 8) - scale
  let flip: u32 = 0
  let first: u32 = 0x80000000
  if (load<u8>(from) < 0x80) {
    store<u8>(at++, MINUS)
    flip = ~0
  }
  isMalformed = false
  const begin = at
  let width = whole % 9
  if (width === 0 && whole > 0) width = 9
  while (whole > 0) {
    const number = group(from, width, flip ^ first)
    first = 0
    from += load<u8>(SIZES + width)
    whole -= width
    width = 9
    if (at > begin) at = putPadded(at, number, 9)
    else if (number > 0) at = putUnsigned(at, number)
  }
  if (at === begin) store<u8>(at++, ZERO)
  if (scale > 0) {
    store<u8>(at++, POINT)
    for (let rest = scale; rest > 0;) {
      width = min(rest, 9)
      const number = group(from, width, flip ^ first)
      first = 0
      from += load<u8>(SIZES + width)
      rest -= width
      at = putPadded(at, number, width)
    }
  }
  return isMalformed ? 0 : at
}
