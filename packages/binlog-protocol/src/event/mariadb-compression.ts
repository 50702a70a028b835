import { inflateSync } from "node:zlib"
import { readUInt8, readUIntBE } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"

const ZLIB = 0
/** No event is longer than `max_allowed_packet` may be, and deflated bytes unfold to at most 1032 times as many. */
const LONGEST = 2 ** 30
const GREATEST_RATIO = 1032
const LARGEST_CHUNK = 2 ** 20

/**
 * Unfolds the compressed end of an event of MariaDB (`log_bin_compress`). Takes no more memory than the bytes
 * announce.
 *
 * 1 byte 0x80 | algorithm << 4 | n · n bytes, 1 to 4, with the length of what was compressed, most significant first ·
 * the compressed bytes. The one algorithm there is, 0, is zlib.
 */
export function decompressEnd(bytes: Buffer, start: number, end: number): Buffer {
  const header = start < end ? readUInt8(bytes, start) : 0
  const lengthSize = header & 7
  const compressedAt = start + 1 + lengthSize
  if ((header & 0x88) !== 0x80 || lengthSize < 1 || lengthSize > 4 || compressedAt > end)
    throw malformed("a compressed part with an unknown header")
  const algorithm = (header >> 4) & 7
  if (algorithm !== ZLIB) throw malformed(`the unknown compression ${algorithm}`)
  const length = readUIntBE(bytes, start + 1, lengthSize)
  if (length > Math.min(LONGEST, (end - compressedAt) * GREATEST_RATIO))
    throw malformed(`${end - compressedAt} compressed bytes that cannot hold the ${length} they announce`)
  const plain = inflate(bytes.subarray(compressedAt, end), length)
  if (plain.length !== length) throw malformed("a compressed part of another length than it announces")
  return plain
}

function inflate(compressed: Buffer, length: number): Buffer {
  try {
    return inflateSync(compressed, {
      maxOutputLength: Math.max(1, length),
      chunkSize: Math.min(Math.max(length, 64), LARGEST_CHUNK),
    })
  } catch (cause) {
    throw malformed("a compressed part that cannot be decompressed", cause)
  }
}

function malformed(what: string, cause?: unknown): BinlogError {
  return new BinlogError("MALFORMED", `The event has ${what}; it is corrupt`, { cause })
}
