import { readUIntBE } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"

/* BIT(n) is its bits in the fewest bytes, most significant first. MySQL shows the bytes themselves. */

/** The bits as a whole number, a `bigint` where a `number` would not be exact. */
export function readBits(bytes: Uint8Array, start: number, end: number): number | bigint {
  const size = end - start
  if (size <= 6) return readUIntBE(bytes, start, size)
  const high = readUIntBE(bytes, start, size - 4)
  const low = readUIntBE(bytes, end - 4, 4)
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low)
}

export function bitCodec(bits: number): ColumnCodec {
  if (bits < 1 || bits > 64) return unknownCodec(`type BIT(${bits})`)
  const size = (bits + 7) >> 3
  return fixedCodec(size, readBits, (bytes, start, end, out) => out.copyFrom(bytes, start, end))
}
