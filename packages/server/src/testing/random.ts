/** Numbers that look random and are the same in every run (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from `least` to `greatest`. */
  whole(least: number, greatest: number): number {
    return least + Math.floor(this.fraction() * (greatest - least + 1))
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.whole(0, items.length - 1)] ?? items[0]
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let index = 0; index < length; index++) bytes[index] = this.whole(0, 255)
    return bytes
  }

  /** `count` decimal digits, zeros in front too. */
  digits(count: number): string {
    let digits = ""
    while (digits.length < count) digits += String(this.whole(0, 9))
    return digits
  }

  /** Up to `length` characters of `alphabet`. */
  text(alphabet: string, length: number): string {
    const characters = Array.from(alphabet)
    let text = ""
    for (let count = this.whole(0, length); count > 0; count--)
      text += characters[this.whole(0, characters.length - 1)] ?? ""
    return text
  }

  /** A whole number of `bits` bits, small ones, and those at the ends, as likely as others. */
  bits(bits: number): bigint {
    const edge = this.whole(0, 9)
    const greatest = (1n << BigInt(bits)) - 1n
    if (edge === 0) return 0n
    if (edge === 1) return greatest
    if (edge === 2) return 1n << BigInt(bits - 1)
    const value = this.bytes(8).readBigUInt64LE()
    return edge < 6 ? value & greatest : value & greatest & 0xffn
  }
}
