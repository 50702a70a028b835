import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt8 } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { dottedDigits, paddedDigits, plainDigits } from "./digit-string.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"

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
  /** A one for each bit of the group, in 32 bits with sign. */
  readonly mask: number
  /** The sign's bit in the first group; 0 in others. */
  readonly sign: number
  /** 10^digits: every value lies below. */
  readonly limit: number
}

function group(digits: number, isFirst: boolean): Group {
  const size = BYTES_OF_DIGITS[digits] ?? 4
  const sign = isFirst ? 0x80 << (8 * (size - 1)) : 0
  return { size, digits, mask: size === 4 ? -1 : (1 << (8 * size)) - 1, sign, limit: 10 ** digits }
}

/** One to four bytes, most significant first, as 32 bits with sign. */
function readGroup(bytes: Buffer, at: number, size: number): number {
  const first = readUInt8(bytes, at)
  if (size === 1) return first
  const two = (first << 8) | readUInt8(bytes, at + 1)
  if (size === 2) return two
  const three = (two << 8) | readUInt8(bytes, at + 2)
  return size === 3 ? three : (three << 8) | readUInt8(bytes, at + 3)
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
  const lengths: number[] = []
  if (whole % 9 > 0) lengths.push(whole % 9)
  for (let rest = whole; rest >= 9; rest -= 9) lengths.push(9)
  const wholeGroups = lengths.length
  for (let rest = scale; rest >= 9; rest -= 9) lengths.push(9)
  if (scale % 9 > 0) lengths.push(scale % 9)
  const groups = lengths.map((digits, index) => group(digits, index === 0))
  const size = groups.reduce((sum, { size }) => sum + size, 0)

  const valueOf = (
    { size, mask, sign, limit }: Group,
    bytes: Buffer,
    at: number,
    negative: boolean,
  ): number => {
    const value = (readGroup(bytes, at, size) ^ sign ^ (negative ? -1 : 0)) & mask
    if (value < 0 || value >= limit)
      throw malformed(`A DECIMAL(${precision},${scale}) has a group out of range`)
    return value
  }
  const read = (bytes: Buffer, start: number): string => {
    const negative = readUInt8(bytes, start) < 0x80
    let at = start
    let text = ""
    let index = 0
    for (const group of groups) {
      const value = valueOf(group, bytes, at, negative)
      at += group.size
      if (index > wholeGroups) text += paddedDigits(value, group.digits)
      else if (index === wholeGroups) text = (text === "" ? "0" : text) + dottedDigits(value, group.digits)
      else if (text !== "") text += paddedDigits(value, 9)
      else if (value > 0) text = plainDigits(value)
      index++
    }
    if (text === "") text = "0"
    return negative ? `-${text}` : text
  }
  const writeText = (bytes: Buffer, start: number, _end: number, out: ByteWriter): void => {
    const negative = readUInt8(bytes, start) < 0x80
    if (negative) out.byte(MINUS)
    let at = start
    let begun = false
    let index = 0
    for (const group of groups) {
      const value = valueOf(group, bytes, at, negative)
      at += group.size
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
        out.digits(value, group.digits)
      }
      index++
    }
    if (scale === 0 && !begun) out.byte(ZERO)
  }
  return fixedCodec(size, read, writeText)
}
