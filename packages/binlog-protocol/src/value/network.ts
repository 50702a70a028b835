import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt8, readUIntBE } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { prefixedCodec } from "./make-codec.ts"
import { malformed } from "./malformed.ts"
import { writtenText } from "./scratch.ts"

/*
 * MariaDB's INET4, INET6 and UUID: BINARY(4), BINARY(16), BINARY(16) with one byte of length, zero bytes at the end
 * taken off. INET4 and INET6 are in network byte order.
 */

const POINT = 0x2e
const COLON = 0x3a
const MINUS = 0x2d
const HEX = "0123456789abcdef"
const DASH_BEFORE = new Set([4, 6, 8, 10])

/** INET4: `10.1.2.3`. */
export function inet4Codec(): ColumnCodec {
  return paddedCodec(4, writeIpv4)
}

/** INET6 as MariaDB shows it: `::1`, `2001:db8::1`, `::ffff:10.1.2.3`. */
export function inet6Codec(): ColumnCodec {
  return paddedCodec(16, writeIpv6)
}

/** UUID: `123e4567-e89b-12d3-a456-426655440000`. */
export function uuidCodec(): ColumnCodec {
  return paddedCodec(16, writeUuid)
}

/** A codec that gives `write` the value with its zero bytes back, in a buffer used again for each value. */
function paddedCodec(width: number, write: (value: Buffer, out: ByteWriter) => void): ColumnCodec {
  const value = Buffer.alloc(width)
  const writeText = (bytes: Buffer, start: number, end: number, out: ByteWriter): void => {
    if (end - start > width) throw malformed(`A value of ${width} bytes is longer`)
    value.fill(0)
    value.set(bytes.subarray(start, end))
    write(value, out)
  }
  return prefixedCodec(1, writtenText(writeText), writeText)
}

function writeIpv4(bytes: Buffer, out: ByteWriter): void {
  const start = bytes.length - 4
  for (let at = start; at < bytes.length; at++) {
    if (at > start) out.byte(POINT)
    out.digits(readUInt8(bytes, at))
  }
}

/** The longest run of zero words becomes `::`; IPv4 behind 96 zero bits, or 80 and 16 ones, is written as such. */
function writeIpv6(bytes: Buffer, out: ByteWriter): void {
  const words = Array.from({ length: 8 }, (_, index) => readUIntBE(bytes, index * 2, 2))
  const gap = longestGap(words)
  const isIpv4 = gap.start === 0 && (gap.length === 6 || (gap.length === 5 && words[5] === 0xffff))
  for (let index = 0; index < 8; index++) {
    if (index === gap.start) {
      out.ascii(index === 0 ? "::" : ":")
      index += gap.length - 1
    } else if (index === 6 && isIpv4) {
      return writeIpv4(bytes, out)
    } else {
      out.ascii((words[index] ?? 0).toString(16))
      if (index < 7) out.byte(COLON)
    }
  }
}

function longestGap(words: readonly number[]): { start: number; length: number } {
  let longest = { start: -1, length: 0 }
  let length = 0
  for (const [index, word] of words.entries()) {
    length = word === 0 ? length + 1 : 0
    if (length > longest.length) longest = { start: index - length + 1, length }
  }
  return longest
}

/**
 * UUIDs of versions 1 to 5 are stored with their five parts in reverse order, so that they sort by time; others in
 * the order of their text. Which it was shows in where version and variant stand (MariaDB, sql_type_uuid.h).
 */
function writeUuid(bytes: Buffer, out: ByteWriter): void {
  const version = readUInt8(bytes, 8)
  const swapped = readUInt8(bytes, 6) >= 0x80 && version > 0 && version <= 0x80
  const order = swapped ? SWAPPED : STRAIGHT
  for (let index = 0; index < 16; index++) {
    if (DASH_BEFORE.has(index)) out.byte(MINUS)
    const byte = readUInt8(bytes, readUInt8(order, index))
    out.byte(HEX.charCodeAt(byte >> 4))
    out.byte(HEX.charCodeAt(byte & 15))
  }
}

const STRAIGHT = Uint8Array.from({ length: 16 }, (_, index) => index)
const SWAPPED = Uint8Array.of(12, 13, 14, 15, 10, 11, 8, 9, 6, 7, 0, 1, 2, 3, 4, 5)
