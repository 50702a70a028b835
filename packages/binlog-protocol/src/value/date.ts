import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt24, readUInt8 } from "../bytes/read.ts"
import { dateString } from "./calendar-string.ts"
import { writeDate } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fixedCodec } from "./make-codec.ts"

function writeDateText(bytes: Buffer, start: number, _end: number, out: ByteWriter): void {
  const packed = readUInt24(bytes, start)
  writeDate(packed >> 9, (packed >> 5) & 15, packed & 31, out)
}

function readDate(bytes: Buffer, start: number): string {
  const packed = readUInt24(bytes, start)
  return dateString(packed >> 9, (packed >> 5) & 15, packed & 31)
}

/** DATE: 3 bytes, least significant first: year << 9 | month << 5 | day. A string, zero and partial dates too. */
export function dateCodec(): ColumnCodec {
  return fixedCodec(3, readDate, writeDateText)
}

function readYear(bytes: Uint8Array, start: number): number {
  const stored = readUInt8(bytes, start)
  return stored === 0 ? 0 : 1900 + stored
}

/** YEAR: 1 byte, years since 1900, 0 for the year 0000. A `number`; its text has four digits. */
export function yearCodec(): ColumnCodec {
  return fixedCodec(1, readYear, (bytes, start, _end, out) => out.digits(readYear(bytes, start), 4))
}
