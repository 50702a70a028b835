import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readInt24, readUInt24BE, readUIntBE } from "../bytes/read.ts"
import { packedClockString } from "./calendar-string.ts"
import { writeClock, writeFraction, writePackedClock } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fractionSize, readFraction, trimFraction } from "./fraction.ts"
import { dottedDigits } from "./digit-string.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { writtenText } from "./scratch.ts"

const MINUS = 0x2d

function writeOldTime(bytes: Buffer, start: number, _end: number, out: ByteWriter): void {
  const stored = readInt24(bytes, start)
  if (stored < 0) out.byte(MINUS)
  const value = Math.abs(stored)
  writeClock((value / 10_000) | 0, ((value / 100) | 0) % 100, value % 100, out)
}

/**
 * TIME of before MySQL 5.6: 3 bytes with sign, least significant first, the number HHMMSS. With fraction digits, as
 * MariaDB wrote it: 4 to 6 bytes, most significant first, seconds in units of the last digit from −838:59:60 on.
 */
export function oldTimeCodec(digits = 0): ColumnCodec {
  const size = OLD_SIZES[digits]
  if (size === undefined) return unknownCodec(`type TIME(${digits})`)
  if (digits === 0) return fixedCodec(size, writtenText(writeOldTime), writeOldTime)
  const unit = 10 ** digits
  const offset = 3_020_400 * unit
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const stored = readUIntBE(bytes, start, size) - offset
    if (stored < 0) out.byte(MINUS)
    const value = Math.abs(stored)
    const seconds = Math.floor(value / unit)
    writeClock((seconds / 3600) | 0, ((seconds / 60) | 0) % 60, seconds % 60, out)
    writeFraction(value - seconds * unit, digits, out)
  }
  return fixedCodec(size, writtenText(writeText), writeText)
}

/** Bytes of an old TIME by fraction digits. */
const OLD_SIZES: readonly number[] = [3, 4, 4, 5, 5, 5, 6]

/**
 * TIME2: 3 bytes and a fraction, most significant first, together one number from which 0x800000 in the first
 * three bytes is subtracted: ± (hour << 12 | minute << 6 | second) and the fraction.
 */
export function timeCodec(digits: number): ColumnCodec {
  if (digits > 6) return unknownCodec(`type TIME(${digits})`)
  const size = 3 + fractionSize(digits)
  const unit = 256 ** (size - 3)
  const offset = 0x80_0000 * unit
  const read = (bytes: Buffer, start: number): string => {
    const high = readUInt24BE(bytes, start) - 0x80_0000
    if (high >= 0)
      return packedClockString(high) + dottedDigits(readFraction(bytes, start + 3, digits), digits)
    const stored = readUIntBE(bytes, start, size) - offset
    const value = Math.abs(stored)
    const clock = Math.floor(value / unit)
    const fraction = trimFraction(value - clock * unit, digits)
    return `-${packedClockString(clock)}` + dottedDigits(fraction, digits)
  }
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const stored = readUIntBE(bytes, start, size) - offset
    if (stored < 0) out.byte(MINUS)
    const value = Math.abs(stored)
    const clock = Math.floor(value / unit)
    writePackedClock(clock, out)
    writeFraction(trimFraction(value - clock * unit, digits), digits, out)
  }
  return fixedCodec(size, read, writeText)
}
