/** Random numbers that a seed repeats. */
export interface Random {
  /** The seed, to be named when a test fails. */
  readonly seed: number
  /** A number from 0 up to but not including 1. */
  fraction(): number
  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number
  /** One of the choices. */
  pick<T>(choices: readonly [T, ...T[]]): T
  /** True with this probability. */
  chance(probability: number): boolean
  bytes(length: number): Uint8Array
}

/** A generator of 32 bits of state (mulberry32): the same seed gives the same numbers on every machine. */
export function createRandom(seed: number = Math.floor(Math.random() * 0x1_0000_0000)): Random {
  let state = seed >>> 0
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  function integer(from: number, to: number): number {
    return from + Math.floor(fraction() * (to - from + 1))
  }
  return {
    seed: seed >>> 0,
    fraction,
    integer,
    pick(choices) {
      return choices[integer(0, choices.length - 1)] ?? choices[0]
    },
    chance(probability) {
      return fraction() < probability
    },
    bytes(length) {
      return Uint8Array.from({ length }, () => integer(0, 255))
    },
  }
}
