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
