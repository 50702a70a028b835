import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUIntBE, readUInt8 } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"
import { writtenText } from "./scratch.ts"

/*
 * DECIMAL(precision, scale), as `decimal2bin` of MySQL's strings/decimal.cc writes it: the digits before the point
 * and those behind it are cut into groups of nine, counted from the point outwards. A group of nine takes 4 bytes,
 * the shorter group at either end the fewest that hold it, all most significant byte first. The highest bit of the
 * first byte is 1 for values from 0 upwards; a negative value has all its bits inverted.
 */

const BYTES_OF_DIGITS = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]
const POINT = 0x2e
const MINUS = 0x2d
const ZERO = 0x30

interface Group {
  readonly size: number
  readonly digits: number
  /** 2^(8·size) − 1: what inverting the bytes subtracts from. */
  readonly ones: number
  /** 10^digits: every value lies below. */
  readonly limit: number
}

function group(digits: number): Group {
  const size = BYTES_OF_DIGITS[digits] ?? 4
  return { size, digits, ones: 256 ** size - 1, limit: 10 ** digits }
}

/** One codec for each precision and scale: JSON documents ask for theirs at every value. */
const codecs: ColumnCodec[] = []

/** DECIMAL: a string with exactly `scale` digits behind the point. `metadata` is precision << 8 | scale. */
export function decimalCodec(metadata: number): ColumnCodec {
  return (codecs[metadata] ??= createDecimalCodec(metadata))
}

function createDecimalCodec(metadata: number): ColumnCodec {
  const precision = metadata >> 8
  const scale = metadata & 0xff
  if (precision < 1 || precision > 65 || scale > precision)
    return unknownCodec(`type DECIMAL(${precision},${scale})`)

  const whole = precision - scale
  const groups: Group[] = []
  if (whole % 9 > 0) groups.push(group(whole % 9))
  for (let rest = whole; rest >= 9; rest -= 9) groups.push(group(9))
  const wholeGroups = groups.length
  for (let rest = scale; rest >= 9; rest -= 9) groups.push(group(9))
  if (scale % 9 > 0) groups.push(group(scale % 9))

  const size = groups.reduce((sum, { size }) => sum + size, 0)
  const signWeight = groups[0] === undefined ? 0 : 128 * 256 ** (groups[0].size - 1)

  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const negative = readUInt8(bytes, start) < 0x80
    if (negative) out.byte(MINUS)
    let at = start
    let begun = false
    let index = 0
    for (const { size, digits, ones, limit } of groups) {
      const raw = readUIntBE(bytes, at, size)
      at += size
      const value = (negative ? ones - raw : raw) - (index === 0 ? signWeight : 0)
      if (value >= limit) throw malformed(`A DECIMAL(${precision},${scale}) has a group out of range`)
      if (index < wholeGroups) {
        if (begun) out.digits(value, 9)
        else if (value > 0) {
          out.digits(value)
          begun = true
        }
      } else {
        if (index === wholeGroups) {
          if (!begun) out.byte(ZERO)
          out.byte(POINT)
        }
        out.digits(value, digits)
      }
      index++
    }
    if (scale === 0 && !begun) out.byte(ZERO)
  }
  return fixedCodec(size, writtenText(writeText), writeText)
}
