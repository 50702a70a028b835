import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt, readUInt24, readUInt8 } from "../bytes/read.ts"
import { writeFraction, writePackedClock, writePackedDate, writePackedDateTime } from "./calendar-text.ts"
import { ColumnType } from "./column-type.ts"
import { decimalCodec } from "./decimal.ts"
import { malformed } from "./malformed.ts"

/*
 * Values of other column types inside a JSON document. DECIMAL: precision, scale, then as in a row. DATE, TIME,
 * DATETIME and TIMESTAMP: 8 bytes, least significant first, a number with sign: 40 bits as in DATETIME2 or TIME2,
 * then 24 bits of microseconds. All others: their bytes.
 */

const MINUS = 0x2d
/** Bytes that 76 characters of base64 hold. */
const LINE_BYTES = 57
const TWO_24 = 0x100_0000
const TWO_40 = 2 ** 40

/** Whether the text of an opaque value stands without quotes. */
export function isBareOpaque(type: number): boolean {
  return type === ColumnType.NEWDECIMAL
}

/**
 * Appends what MySQL shows for the opaque value, without the quotes that stand around all but DECIMAL. Bytes are
 * shown in base64 with `lineBreak` after every 76 characters.
 */
export function writeOpaque(
  type: number,
  bytes: Buffer,
  start: number,
  end: number,
  lineBreak: string,
  out: ByteWriter,
): void {
  switch (type) {
    case ColumnType.NEWDECIMAL: {
      if (end - start < 2) throw malformed("A DECIMAL in a JSON document is cut off")
      const codec = decimalCodec((readUInt8(bytes, start) << 8) | readUInt8(bytes, start + 1))
      if (codec.width !== end - start - 2) throw malformed("A DECIMAL in a JSON document has another length")
      return codec.writeText(bytes, start + 2, end, out)
    }
    case ColumnType.DATE:
    case ColumnType.TIME:
    case ColumnType.DATETIME:
    case ColumnType.TIMESTAMP:
      if (end - start !== 8) throw malformed("A date or time in a JSON document has another length")
      return writeTemporal(type, bytes, start, out)
    default:
      out.ascii(`base64:type${type}:`)
      writeBase64(bytes, start, end, lineBreak, out)
  }
}

function writeTemporal(type: number, bytes: Buffer, start: number, out: ByteWriter): void {
  let micros = readUInt24(bytes, start)
  let packed = readUInt(bytes, start + 3, 5)
  if (packed >= TWO_40 / 2) {
    out.byte(MINUS)
    packed = TWO_40 - packed - (micros > 0 ? 1 : 0)
    micros = micros > 0 ? TWO_24 - micros : 0
  }
  const ymd = Math.floor(packed / 0x2_0000)
  const hms = packed - ymd * 0x2_0000
  if (type === ColumnType.DATE) return writePackedDate(ymd, out)
  if (type === ColumnType.TIME) writePackedClock(packed & 0x3f_ffff, out)
  else writePackedDateTime(ymd, hms, out)
  writeFraction(micros, 6, out)
}

function writeBase64(bytes: Buffer, start: number, end: number, lineBreak: string, out: ByteWriter): void {
  for (let from = start; from < end; from += LINE_BYTES) {
    if (from > start) out.ascii(lineBreak)
    out.ascii(bytes.toString("base64", from, Math.min(from + LINE_BYTES, end)))
  }
}
