import { inflateRawSync, inflateSync } from "node:zlib"
import { readUInt8, readUIntBE } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { prefixedCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"

/*
 * MariaDB's COMPRESSED columns (sql/field.cc, `compress_zlib`): an empty payload is the empty value; else a first
 * byte 0 is followed by the value itself, and 0x80 | no-wrapper << 3 | n by n bytes with the value's length, most
 * significant first, and the value deflated, without zlib's wrapper if the bit 0x08 is set.
 */

/** Reads through the compression what `inner` would read. */
export function compressedCodec(prefix: number, inner: ColumnCodec): ColumnCodec {
  return prefixedCodec(
    prefix,
    (bytes, start, end) => {
      const plain = plainValue(bytes, start, end)
      return inner.read(plain, 0, plain.length)
    },
    (bytes, start, end, out) => {
      const plain = plainValue(bytes, start, end)
      inner.writeText(plain, 0, plain.length, out)
    },
  )
}

function plainValue(bytes: Buffer, start: number, end: number): Buffer {
  if (start >= end) return bytes.subarray(start, start)
  const header = readUInt8(bytes, start)
  if (header === 0) return bytes.subarray(start + 1, end)
  const lengthSize = header & 7
  if ((header & 0xf0) !== 0x80 || lengthSize < 1 || lengthSize > 4 || start + 1 + lengthSize > end)
    throw malformed("A compressed value has an unknown header")
  const length = readUIntBE(bytes, start + 1, lengthSize)
  const deflated = bytes.subarray(start + 1 + lengthSize, end)
  return inflate(deflated, length, (header & 8) !== 0)
}

function inflate(deflated: Buffer, length: number, raw: boolean): Buffer {
  let plain: Buffer
  try {
    plain = (raw ? inflateRawSync : inflateSync)(deflated, { maxOutputLength: Math.max(length, 1) })
  } catch (cause) {
    throw malformed("A compressed value cannot be decompressed", cause)
  }
  if (plain.length !== length) throw malformed("A compressed value has not the length it announces")
  return plain
}
