import { copy } from "./memory"

/** Writes bytes as they are. */
export function putUtf8Text(at: usize, from: usize, end: usize): usize {
  copy(at, from, <u32>(end - from))
  return at + (end - from)
}

/** Writes ASCII; gives 0 where a byte is more. */
export function putAsciiText(at: usize, from: usize, end: usize): usize {
  let high = i8x16.splat(0)
  let to = at
  let next = from
  for (; next + 16 <= end; next += 16, to += 16) {
    const bytes = v128.load(next)
    high = v128.or(high, bytes)
    v128.store(to, bytes)
  }
  if (i8x16.bitmask(high) !== 0) return 0
  for (; next < end; next++, to++) {
    const byte = load<u8>(next)
    if (byte > 0x7f) return 0
    store<u8>(to, byte)
  }
  return to
}

/** Writes each byte as the character of the same number. */
export function putLatin1Text(at: usize, from: usize, end: usize): usize {
  while (from < end) {
    if (from + 16 <= end) {
      const bytes = v128.load(from)
      if (i8x16.bitmask(bytes) === 0) {
        v128.store(at, bytes)
        from += 16
        at += 16
        continue
      }
    }
    const stop = min(from + 16, end)
    for (; from < stop; from++) {
      const byte = load<u8>(from)
      // Without a branch, which random bytes would make a guess: the second byte stays where it is needed.
      const wide = byte >> 7
      store<u8>(at, wide ? 0xc0 | (byte >> 6) : byte)
      store<u8>(at + wide, wide ? 0x80 | (byte & 0x3f) : byte)
      at += 1 + wide
    }
  }
  return at
}
