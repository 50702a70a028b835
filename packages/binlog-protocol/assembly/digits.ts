/** What numbers of so many digits stay below, up to nine. */
export const LIMITS = memory.data<u32>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
])

/** The two digits of each number below 100. */
const PAIRS = memory.data(200)
for (let number = 0; number < 100; number++)
  store<u16>(PAIRS + number * 2, (0x30 + number / 10) | ((0x30 + (number % 10)) << 8))

/** Writes two digits. */
export function putPair(at: usize, number: u32): void {
  store<u16>(at, load<u16>(PAIRS + number * 2))
}

/** Writes eight digits. */
function putEight(at: usize, number: u32): void {
  const high = number / 10000
  const low = number - high * 10000
  putFour(at, high)
  putFour(at + 4, low)
}

function putFour(at: usize, number: u32): void {
  const high = number / 100
  putPair(at, high)
  putPair(at + 2, number - high * 100)
}

/** Writes a number below 10^8 without zeros in front; gives where it ends. */
function putSmall(at: usize, number: u32): usize {
  if (number < 10000) {
    if (number < 100) {
      if (number < 10) {
        store<u8>(at, 0x30 + number)
        return at + 1
      }
      putPair(at, number)
      return at + 2
    }
    if (number < 1000) {
      const high = number / 100
      store<u8>(at, 0x30 + high)
      putPair(at + 1, number - high * 100)
      return at + 3
    }
    putFour(at, number)
    return at + 4
  }
  const high = number / 10000
  const end = putSmall(at, high)
  putFour(end, number - high * 10000)
  return end + 4
}

/** Writes a whole number in decimal digits; gives where they end. */
export function putUnsigned(at: usize, number: u64): usize {
  if (number < 100000000) return putSmall(at, <u32>number)
  const high = number / 100000000
  const end = putUnsigned(at, high)
  putEight(end, <u32>(number - high * 100000000))
  return end + 8
}

/** The same with a sign. */
export function putSigned(at: usize, number: i64): usize {
  if (number >= 0) return putUnsigned(at, number)
  store<u8>(at, 0x2d)
  return putUnsigned(at + 1, 0 - number)
}

/** Writes a number in `width` digits, which it does not exceed, with zeros in front; gives where they end. */
export function putPadded(at: usize, number: u32, width: u32): usize {
  const end = at + width
  let to = end
  for (; to > at + 1; to -= 2) {
    const rest = number / 100
    putPair(to - 2, number - rest * 100)
    number = rest
  }
  if (to > at) store<u8>(at, 0x30 + number)
  return end
}
