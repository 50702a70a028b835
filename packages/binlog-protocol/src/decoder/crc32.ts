import { crc32 } from "node:zlib"
import { readInt32, readUInt8 } from "../bytes/read.ts"

/**
 * From this length on, the system's CRC32 is quicker: it does 4 GB a second, but a call costs as much as summing some
 * 200 bytes here, and most events are shorter.
 */
const LONG = 256
/** For each of eight bytes, the last one first, what each value of it adds. */
const TABLE = tables()

/** CRC32 (IEEE 802.3, as zlib's) of the bytes from `start` to `end`. */
export function crc32Of(bytes: Buffer, start: number, end: number): number {
  return end - start < LONG ? crc32OfShort(bytes, start, end) : crc32(bytes.subarray(start, end))
}

/** Eight bytes at a time ("slicing by 8", Kounavis and Berry 2005). */
function crc32OfShort(bytes: Buffer, start: number, end: number): number {
  let sum = -1
  let at = start
  for (const stop = end - 7; at < stop; at += 8) {
    const low = sum ^ readInt32(bytes, at)
    const high = readInt32(bytes, at + 4)
    sum =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24)
  }
  while (at < end) sum = entry(0, sum ^ readUInt8(bytes, at++)) ^ (sum >>> 8)
  return ~sum >>> 0
}

function entry(table: number, byte: number): number {
  return TABLE[(table << 8) | (byte & 0xff)] ?? 0
}

function tables(): Int32Array {
  const table = new Int32Array(8 * 256)
  for (let i = 0; i < table.length; i++) {
    let sum = i < 256 ? i : (table[i - 256] ?? 0)
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1
    table[i] = sum
  }
  return table
}
