import { plainOf } from "../bytes/read.ts"
import type { Charset } from "./charset.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { prefixedCodec } from "./make-codec.ts"

/*
 * CHAR, VARCHAR, BINARY, VARBINARY and the BLOB and TEXT families: the payload's length in 1 to 4 bytes, least
 * significant first, then the payload. The source has taken the spaces off the end of a CHAR and the zero bytes off
 * the end of a BINARY.
 */

/** Text: a string, converted from the column's character set. */
export function textCodec(prefix: number, charset: Charset): ColumnCodec {
  return prefixedCodec(prefix, charset.decode, charset.writeUtf8)
}

/** From this length on bytes are not copied. */
const LARGE = 2 ** 20

/**
 * Bytes: a `Uint8Array` with memory of its own, but of a MiB or more a view of the event, which takes little more room
 * than they. The text is the bytes themselves.
 */
export function binaryCodec(prefix: number): ColumnCodec {
  return prefixedCodec(
    prefix,
    (bytes, start, end) =>
      end - start < LARGE
        ? plainOf(bytes).slice(start, end)
        : new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
    (bytes, start, end, out) => out.copyFrom(bytes, start, end),
  )
}
