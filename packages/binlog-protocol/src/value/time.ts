import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readInt24, readUIntBE } from "../bytes/read.ts"
import { writeClock, writeFraction, writePackedClock } from "./calendar-text.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fractionSize, trimFraction } from "./fraction.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { asciiText } from "./scratch.ts"

const MINUS = 0x2d

function writeOldTime(bytes: Buffer, start: number, _end: number, out: ByteWriter): void {
  const stored = readInt24(bytes, start)
  if (stored < 0) out.byte(MINUS)
  const value = Math.abs(stored)
  writeClock((value / 10_000) | 0, ((value / 100) | 0) % 100, value % 100, out)
}

/** TIME of before MySQL 5.6: 3 bytes with sign, least significant first, the number HHMMSS. */
export function oldTimeCodec(): ColumnCodec {
  return fixedCodec(3, asciiText(writeOldTime), writeOldTime)
}

/**
 * TIME2: 3 bytes and a fraction, most significant first, together one number from which 0x800000 in the first
 * three bytes is subtracted: ± (hour << 12 | minute << 6 | second) and the fraction.
 */
export function timeCodec(digits: number): ColumnCodec {
  if (digits > 6) return unknownCodec(`type TIME(${digits})`)
  const size = 3 + fractionSize(digits)
  const unit = 256 ** (size - 3)
  const offset = 0x80_0000 * unit
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const stored = readUIntBE(bytes, start, size) - offset
    if (stored < 0) out.byte(MINUS)
    const value = Math.abs(stored)
    const clock = Math.floor(value / unit)
    writePackedClock(clock, out)
    writeFraction(trimFraction(value - clock * unit, digits), digits, out)
  }
  return fixedCodec(size, asciiText(writeText), writeText)
}
