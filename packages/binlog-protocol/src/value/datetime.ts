import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt32, readUInt8, readUIntBE } from "../bytes/read.ts"
import { packedDateTimeString } from "./calendar-string.ts"
import { writeClock, writeDate, writeFraction, writePackedDateTime } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fractionSize, readFraction } from "./fraction.ts"
import { dottedDigits } from "./digit-string.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"
import { writtenText } from "./scratch.ts"

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

/**
 * DATETIME of before MySQL 5.6: 8 bytes, least significant first, the number YYYYMMDDHHMMSS. With fraction digits, as
 * MariaDB wrote it: 6 to 8 bytes, most significant first, ((((year · 13 + month) · 32 + day) · 24 + hour) · 60 + minute) ·
 * 60 + second in units of the last digit.
 */
export function oldDateTimeCodec(digits = 0): ColumnCodec {
  const size = OLD_SIZES[digits]
  if (size === undefined) return unknownCodec(`type DATETIME(${digits})`)
  if (digits === 0) return fixedCodec(size, writtenText(writeOldDateTime), writeOldDateTime)
  const unit = 10n ** BigInt(digits)
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const low = BigInt(readUIntBE(bytes, start + size - 4, 4))
    const value = (BigInt(readUIntBE(bytes, start, size - 4)) << 32n) | low
    const seconds = Number(value / unit)
    const days = Math.floor(seconds / 86_400)
    const months = days >> 5
    if (months >= 13 * 10_000) throw malformed("A DATETIME lies behind the year 9999")
    writeDate((months / 13) | 0, months % 13, days & 31, out)
    out.byte(SPACE)
    const clock = seconds - days * 86_400
    writeClock((clock / 3600) | 0, ((clock / 60) | 0) % 60, clock % 60, out)
    writeFraction(Number(value % unit), digits, out)
  }
  return fixedCodec(size, writtenText(writeText), writeText)
}

/** Bytes of an old DATETIME by fraction digits. */
const OLD_SIZES: readonly number[] = [8, 6, 6, 7, 7, 7, 8]

/**
 * DATETIME2: 5 bytes and a fraction, most significant first: a bit that is 1, 22 bits year · 13 + month << 5 | day,
 * 17 bits hour << 12 | minute << 6 | second. A wall clock without time zone.
 */
export function dateTimeCodec(digits: number): ColumnCodec {
  if (digits > 6) return unknownCodec(`type DATETIME(${digits})`)
  const read = (bytes: Buffer, start: number): string =>
    packedDateTimeString(packedDate(bytes, start), SPACE, packedClock(bytes, start)) +
    dottedDigits(readFraction(bytes, start + 5, digits), digits)
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    writePackedDateTime(packedDate(bytes, start), packedClock(bytes, start), out)
    writeFraction(readFraction(bytes, start + 5, digits), digits, out)
  }
  return fixedCodec(5 + fractionSize(digits), read, writeText)
}

function packedDate(bytes: Buffer, start: number): number {
  const high = ((readUInt8(bytes, start) & 0x7f) << 15) | (readUInt8(bytes, start + 1) << 7)
  return high | (readUInt8(bytes, start + 2) >> 1)
}

function packedClock(bytes: Buffer, start: number): number {
  const high = (readUInt8(bytes, start + 2) & 1) << 16
  return high | (readUInt8(bytes, start + 3) << 8) | readUInt8(bytes, start + 4)
}
