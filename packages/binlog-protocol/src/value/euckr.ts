import type { MultiByteTables } from "./multi-byte-tables.ts"

/*
 * MySQL's euckr is not EUC-KR alone but the Unified Hangul Code: the 8,822 Hangul syllables that KS X 1001 lacks
 * take, in Unicode's order, the pairs of bytes that it leaves free: first byte 0x81 to 0xc6, second byte a letter or
 * from 0x81 on, from first byte 0xa1 on only up to 0xa0.
 */

const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3

export function createKoreanTables(): MultiByteTables {
  const pairs = new Uint16Array(0x1_0000)
  const decoder = new TextDecoder("euc-kr")
  const standard = new Set<number>()
  for (let pair = 0xa1a1; pair <= 0xfefe; pair++) {
    if ((pair & 0xff) < 0xa1 || (pair & 0xff) > 0xfe) continue
    const code = decoder.decode(Uint8Array.of(pair >> 8, pair & 0xff)).charCodeAt(0)
    if (code === 0xfffd) continue
    pairs[pair] = code
    standard.add(code)
  }
  // Added to KS X 1001 in 1998.
  pairs[0xa2e6] = 0x20ac
  pairs[0xa2e7] = 0xae
  let pair = 0x8141
  for (let syllable = FIRST_SYLLABLE; syllable <= LAST_SYLLABLE; syllable++) {
    if (standard.has(syllable)) continue
    while (!isExtension(pair)) pair++
    pairs[pair++] = syllable
  }
  return { singles: new Uint16Array(256), pairs }
}

function isExtension(pair: number): boolean {
  const second = pair & 0xff
  if (second >= 0x41 && second <= 0x5a) return true
  if (second >= 0x61 && second <= 0x7a) return true
  return second >= 0x81 && second <= (pair < 0xa100 ? 0xfe : 0xa0)
}
