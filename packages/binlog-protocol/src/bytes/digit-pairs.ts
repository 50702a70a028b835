import { readWord } from "./read.ts"

/** The digits of 00 to 99, the first one lowest. */
const PAIRS = Int32Array.from({ length: 100 }, (_, number) => {
  const tens = (number / 10) | 0
  return 0x3030 | tens | ((number - tens * 10) << 8)
})

/** The two digits of a whole number from 0 to 99, as two bytes of which the first is the lower one. */
export function pairOf(value: number): number {
  return readWord(PAIRS, value)
}
