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

/** A whole number of 1 to 4 bytes, least significant first. */
export function loadLength(at: usize, size: u32): u32 {
  switch (size) {
    case 1:
      return load<u8>(at)
    case 2:
      return load<u16>(at)
    case 3:
      return (load<u16>(at) as u32) | ((load<u8>(at + 2) as u32) << 16)
    default:
      return load<u32>(at)
  }
}

/** A whole number of 1 to 8 bytes, least significant first; bytes up to the eighth are read. */
export function loadUnsigned(at: usize, size: u32): u64 {
  return load<u64>(at) & (<u64>-1 >> (64 - size * 8))
}

/** A whole number of 1 to 8 bytes, most significant first; bytes up to the eighth are read. */
export function loadBigEndian(at: usize, size: u32): u64 {
  return bswap(load<u64>(at)) >> (64 - size * 8)
}
