import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt, readUInt32, readUIntBE } from "../bytes/read.ts"

const MINUS = 0x2d
const TWO_32 = 0x1_0000_0000

/** Appends `high` · 2^32 + `low`, both from 0 to 2^32 − 1, in decimal digits. */
export function writeHighLow(high: number, low: number, out: ByteWriter): void {
  if (high < 0x20_0000) return out.digits(high * TWO_32 + low)
  // Long division by 10^9 in steps of 16 bits, each exact in a double.
  const first = Math.floor(high / 1e9)
  const second = (high - first * 1e9) * 65536 + (low >>> 16)
  const secondQuotient = Math.floor(second / 1e9)
  const third = (second - secondQuotient * 1e9) * 65536 + (low & 0xffff)
  const thirdQuotient = Math.floor(third / 1e9)
  out.digits(first * TWO_32 + secondQuotient * 65536 + thirdQuotient)
  out.digits(third - thirdQuotient * 1e9, 9)
}

/** Appends an unsigned whole number of `size` bytes, 1 to 8, least significant first, in decimal digits. */
export function writeUnsigned(bytes: Uint8Array, start: number, size: number, out: ByteWriter): void {
  if (size <= 6) out.digits(readUInt(bytes, start, size))
  else writeHighLow(readUInt(bytes, start + 4, size - 4), readUInt32(bytes, start), out)
}

/** Appends an unsigned whole number of `size` bytes, 1 to 8, most significant first, in decimal digits. */
export function writeUnsignedBE(bytes: Uint8Array, start: number, size: number, out: ByteWriter): void {
  if (size <= 6) out.digits(readUIntBE(bytes, start, size))
  else writeHighLow(readUIntBE(bytes, start, size - 4), readUIntBE(bytes, start + size - 4, 4), out)
}

/** Appends 64 bits with sign, least significant byte first, in decimal digits. */
export function writeInt64(bytes: Uint8Array, start: number, out: ByteWriter): void {
  const high = readUInt32(bytes, start + 4)
  const low = readUInt32(bytes, start)
  if (high < 0x8000_0000) return writeHighLow(high, low, out)
  out.byte(MINUS)
  if (low === 0) writeHighLow(TWO_32 - high, 0, out)
  else writeHighLow(TWO_32 - 1 - high, TWO_32 - low, out)
}

/** Appends a safe whole number in decimal digits. */
export function writeWhole(value: number, out: ByteWriter): void {
  if (value >= 0) return out.digits(value)
  out.byte(MINUS)
  out.digits(-value)
}
