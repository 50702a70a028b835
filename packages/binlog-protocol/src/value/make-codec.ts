import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt } from "../bytes/read.ts"
import type { ColumnCodec, ColumnValue } from "./column-codec.ts"
import { malformed } from "./malformed.ts"

type Read = (bytes: Buffer, start: number, end: number) => ColumnValue
type WriteText = (bytes: Buffer, start: number, end: number, out: ByteWriter) => void

/** A codec of values that all occupy `width` bytes. */
export function fixedCodec(width: number, read: Read, writeText: WriteText): ColumnCodec {
  return { width, size: () => width, read, writeText }
}

/**
 * A codec of values with their length in `prefix` bytes in front, 1 to 4, least significant byte first. `read` and
 * `writeText` are given the payload alone.
 */
export function prefixedCodec(prefix: number, read: Read, writeText: WriteText): ColumnCodec {
  if (!(prefix >= 1 && prefix <= 4)) return unknownCodec(`a length prefix of ${prefix} bytes`)
  return {
    width: -prefix,
    size: (bytes, start) => prefix + readUInt(bytes, start, prefix),
    read: (bytes, start, end) => read(bytes, start + prefix, end),
    writeText: (bytes, start, end, out) => writeText(bytes, start + prefix, end, out),
  }
}

/** A codec for a type that cannot be read: it refuses on first use, so that unwanted tables do no harm. */
export function unknownCodec(what: string): ColumnCodec {
  const refuse = (): never => {
    throw malformed(`A column has ${what}`)
  }
  return {
    get width() {
      return refuse()
    },
    size: refuse,
    read: refuse,
    writeText: refuse,
  }
}
