/** What stays when a mask is loaded from so many bytes before its end: sixteen bytes of ones, then sixteen of zeros. */
const MASKS = memory.data(32, 16)
for (let at: usize = 0; at < 16; at++) store<u8>(MASKS + at, 0xff)

/** Whether two places have the same bytes. Up to fifteen more are read. */
export function isSame(one: usize, other: usize, count: u32): bool {
  while (count > 16) {
    if (v128.any_true(v128.xor(v128.load(one), v128.load(other)))) return false
    one += 16
    other += 16
    count -= 16
  }
  const difference = v128.xor(v128.load(one), v128.load(other))
  return !v128.any_true(v128.and(difference, v128.load(MASKS + 16 - count)))
}

/** What `loadVarint` found. */
export let length: u32 = 0

/** Reads a varint of up to 2^28 - 1 to `length`; gives where it ends, 0 for another one. */
export function loadVarint(at: usize): usize {
  let byte = <u32>load<u8>(at++)
  length = byte & 0x7f
  for (let shift: u32 = 7; byte > 0x7f; shift += 7) {
    if (shift === 28) return 0
    byte = <u32>load<u8>(at++)
    length |= (byte & 0x7f) << shift
  }
  return at
}
