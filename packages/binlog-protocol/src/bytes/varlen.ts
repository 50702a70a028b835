import type { ByteReader } from "./byte-reader.ts"
import { readUInt8 } from "./read.ts"

/**
 * A whole number as MySQL's serialization library writes it: as many bytes follow the first as that has ones at its
 * low end, and above the zero behind them the value goes on through all bytes, least significant first.
 */
export function readVarlen(reader: ByteReader): number {
  const first = reader.uint8()
  let following = 0
  while (following < 8 && ((first >> following) & 1) === 1) following++
  if (following === 0) return first >> 1
  const at = reader.take(following)
  let value = 0n
  for (let i = following - 1; i >= 0; i--) value = (value << 8n) | BigInt(readUInt8(reader.bytes, at + i))
  const ownBits = following < 7 ? 7 - following : 0
  value = (value << BigInt(ownBits)) | BigInt(first >> (8 - ownBits))
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw reader.malformed(`the number ${value}`)
  return Number(value)
}

/** The number of 0 to 127 in the one byte it takes. */
export function encodeShortVarlen(value: number): number {
  return value << 1
}
