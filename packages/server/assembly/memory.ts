/** Copies `count` bytes, sixteen at a time: up to fifteen more are read and written. */
export function copy(to: usize, from: usize, count: u32): void {
  if (count > 256) memory.copy(to, from, count)
  else copyShort(to, from, count)
}

/** The same for what is surely short. */
export function copyShort(to: usize, from: usize, count: u32): void {
  for (let at: u32 = 0; at < count; at += 16) v128.store(to + at, v128.load(from + at))
}

/** Bytes of a protobuf varint. */
export function varintSize(value: u32): u32 {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5
}

/** Writes a protobuf varint. */
export function putVarint(at: usize, value: u32): void {
  while (value > 0x7f) {
    store<u8>(at++, value | 0x80)
    value >>= 7
  }
  store<u8>(at, value)
}
