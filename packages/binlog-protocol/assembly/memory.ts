/** Whether two places have the same bytes. Up to fifteen more are read. */
export function isSame(one: usize, other: usize, count: u32): bool {
  let index: u32 = 0
  for (; index + 16 <= count; index += 16) {
    if (v128.any_true(v128.xor(v128.load(one + index), v128.load(other + index)))) return false
  }
  const equal = <u32>i8x16.bitmask(i8x16.eq(v128.load(one + index), v128.load(other + index)))
  const wanted = ((<u32>1) << (count - index)) - 1
  return (equal & wanted) === wanted
}
