import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt32, readUInt8 } from "../bytes/read.ts"
import { writeClock, writeDate, writeFraction, writePackedDateTime } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fractionSize, readFraction } from "./fraction.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"
import { asciiText } from "./scratch.ts"

const SPACE = 0x20

function writeOldDateTime(bytes: Buffer, start: number, _end: number, out: ByteWriter): void {
  const value = readUInt32(bytes, start + 4) * 0x1_0000_0000 + readUInt32(bytes, start)
  if (value > 99_991_231_235_959) throw malformed("A DATETIME lies behind the year 9999")
  const date = Math.floor(value / 1_000_000)
  const clock = value - date * 1_000_000
  writeDate((date / 10_000) | 0, ((date / 100) | 0) % 100, date % 100, out)
  out.byte(SPACE)
  writeClock((clock / 10_000) | 0, ((clock / 100) | 0) % 100, clock % 100, out)
}

/** DATETIME of before MySQL 5.6: 8 bytes, least significant first, the number YYYYMMDDHHMMSS. */
export function oldDateTimeCodec(): ColumnCodec {
  return fixedCodec(8, asciiText(writeOldDateTime), writeOldDateTime)
}

/**
 * DATETIME2: 5 bytes and a fraction, most significant first: a bit that is 1, 22 bits year · 13 + month << 5 | day,
 * 17 bits hour << 12 | minute << 6 | second. A wall clock without time zone.
 */
export function dateTimeCodec(digits: number): ColumnCodec {
  if (digits > 6) return unknownCodec(`type DATETIME(${digits})`)
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const third = readUInt8(bytes, start + 2)
    const ymd = ((readUInt8(bytes, start) & 0x7f) << 15) | (readUInt8(bytes, start + 1) << 7) | (third >> 1)
    const hms = ((third & 1) << 16) | (readUInt8(bytes, start + 3) << 8) | readUInt8(bytes, start + 4)
    writePackedDateTime(ymd, hms, out)
    writeFraction(readFraction(bytes, start + 5, digits), digits, out)
  }
  return fixedCodec(5 + fractionSize(digits), asciiText(writeText), writeText)
}
