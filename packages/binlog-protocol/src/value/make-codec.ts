import type { ByteWriter } from "../bytes/byte-writer.ts"
import type { ColumnCodec, ColumnValue } from "./column-codec.ts"
import { malformed } from "./malformed.ts"

type Read = (bytes: Buffer, start: number, end: number) => ColumnValue
type WriteText = (bytes: Buffer, start: number, end: number, out: ByteWriter) => void

/** A codec of values that all occupy `width` bytes. */
export function fixedCodec(width: number, read: Read, writeText: WriteText): ColumnCodec {
  return { width, read, writeText }
}

/** A codec of values with their length in `prefix` bytes in front, 1 to 4. */
export function prefixedCodec(prefix: number, read: Read, writeText: WriteText): ColumnCodec {
  if (!(prefix >= 1 && prefix <= 4)) return unknownCodec(`a length prefix of ${prefix} bytes`)
  return { width: -prefix, read, writeText }
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
    read: refuse,
    writeText: refuse,
  }
}
