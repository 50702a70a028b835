import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt32, readUIntBE } from "../bytes/read.ts"
import { instantString, writeFraction, writeInstant } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { ColumnType } from "./column-type.ts"
import type { Column } from "./column.ts"
import { fractionSize, readFraction } from "./fraction.ts"
import { dottedDigits } from "./digit-string.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"

/*
 * TIMESTAMP2: 4 bytes, most significant first, seconds since 1970 UTC, and a fraction. TIMESTAMP of before MySQL
 * 5.6: 4 bytes, least significant first; with fraction digits, as MariaDB wrote it, most significant first, and the
 * fraction in units of the last digit. 0 seconds is the zero timestamp.
 */

const SPACE = 0x20
const ZERO = "0000-00-00 00:00:00"

/**
 * A codec of a TIMESTAMP column. The value is an instant in UTC (`2026-11-22T12:34:56.789Z`, zero as MySQL writes
 * it); the text is MySQL's in the time zone whose distance from UTC, in seconds, `zoneOffset` gives for a moment in
 * UTC seconds: by default UTC.
 */
export function timestampCodec(
  column: Column,
  zoneOffset: (utcSeconds: number) => number = () => 0,
): ColumnCodec {
  const { type, oldFraction = 0 } = column
  const isOld = type === ColumnType.TIMESTAMP
  const digits = isOld ? oldFraction : column.metadata
  if (digits > 6) return unknownCodec(`type TIMESTAMP(${digits})`)
  const extra = fractionSize(digits)
  const readSeconds = (bytes: Buffer, start: number): number =>
    isOld && digits === 0 ? readUInt32(bytes, start) : readUIntBE(bytes, start, 4)
  const fraction = (bytes: Buffer, start: number): number =>
    isOld ? readUIntBE(bytes, start + 4, extra) : readFraction(bytes, start + 4, digits)

  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const seconds = readSeconds(bytes, start)
    if (seconds === 0) out.ascii(ZERO)
    else writeInstant(seconds + zoneOffset(seconds), SPACE, out)
    writeFraction(fraction(bytes, start), digits, out)
  }
  const read = (bytes: Buffer, start: number): string => {
    const seconds = readSeconds(bytes, start)
    const text = dottedDigits(fraction(bytes, start), digits)
    return seconds === 0 ? ZERO + text : `${instantString(seconds)}${text}Z`
  }
  return fixedCodec(4 + extra, read, writeText)
}
