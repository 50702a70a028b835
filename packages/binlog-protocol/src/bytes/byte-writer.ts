import { pairOf } from "./digit-pairs.ts"
import { readUInt8 } from "./read.ts"
import { latin1Text } from "./text.ts"

/** Text up to so many characters is looked at one by one, as it is mostly ASCII. */
const SHORT_TEXT = 64

/** Bytes become text in pieces of this size, which soon are garbage. */
const TEXT_PIECE = 1 << 14

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}

/** The digits of a whole number below 10^8. */
function countDigits(value: number): number {
  if (value < 1e4) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  return value < 1e6 ? (value < 1e5 ? 5 : 6) : value < 1e7 ? 7 : 8
}

/**
 * A growing run of bytes. What `bytes` shows up to `length` is valid until the next write or `reset`; take
 * `copy()` for anything that lives longer.
 */
export class ByteWriter {
  bytes: Buffer
  length = 0
  /** The same memory as `bytes`. */
  view: DataView

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = viewOf(this.bytes)
  }

  /** Makes room for `count` more bytes; afterwards they may be written to `bytes` directly. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
    this.view = viewOf(grown)
  }

  reset(): void {
    this.length = 0
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** Appends a part of other bytes. */
  copyFrom(source: Buffer, start: number, end: number): void {
    const count = end - start
    this.reserve(count)
    if (count < 20) {
      const target = this.bytes
      let to = this.length
      for (let from = start; from < end; from++) target[to++] = readUInt8(source, from)
    } else source.copy(this.bytes, this.length, start, end)
    this.length += count
  }

  /** Appends text whose characters all lie below U+0080. */
  ascii(text: string): void {
    const count = text.length
    this.reserve(count)
    const target = this.bytes
    let to = this.length
    for (let from = 0; from < count; from++) target[to++] = text.charCodeAt(from)
    this.length = to
  }

  utf8(text: string): void {
    const count = text.length
    this.reserve(count * 3)
    if (count <= SHORT_TEXT) {
      const target = this.bytes
      let index = 0
      for (let to = this.length; index < count; index++) {
        const code = text.charCodeAt(index)
        if (code > 0x7f) break
        target[to++] = code
      }
      if (index === count) {
        this.length += count
        return
      }
    }
    this.length += this.bytes.write(text, this.length, "utf8")
  }

  /** Appends each byte as the character of the same number, so that bytes from 0x80 take two bytes of UTF-8. */
  latin1AsUtf8(source: Buffer, start: number, end: number): void {
    this.reserve((end - start) * 2)
    for (let from = start; from < end; from += TEXT_PIECE) {
      const text = latin1Text(source, from, Math.min(from + TEXT_PIECE, end))
      this.length += this.bytes.write(text, this.length, "utf8")
    }
  }

  /** Appends two bytes, the lower one first. */
  uint16(value: number): void {
    this.reserve(2)
    this.view.setUint16(this.length, value, true)
    this.length += 2
  }

  /** Appends a whole number from 0 to 2^53 − 1 in decimal digits, with zeros in front up to `width`. */
  digits(value: number, width = 1): void {
    this.reserve(16)
    if (value >= 1e8) {
      // Two halves that each are a small integer.
      const high = Math.floor(value / 1e8)
      this.#smallDigits(high, width - 8)
      this.#smallDigits(value - high * 1e8, 8)
    } else this.#smallDigits(value, width)
  }

  /** The same for less than 10^8, with room reserved. */
  #smallDigits(value: number, width: number): void {
    const { view, length } = this
    const count = Math.max(width, countDigits(value))
    let rest = value | 0
    let to = length + count
    while (to - length > 1) {
      const quotient = (rest / 100) | 0
      to -= 2
      view.setUint16(to, pairOf(rest - quotient * 100), true)
      rest = quotient
    }
    if (to > length) view.setUint8(length, 0x30 + rest)
    this.length = length + count
  }

  /** Appends a protobuf varint of a whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.reserve(8)
    const target = this.bytes
    let rest = value
    while (rest >= 0x80000000) {
      target[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      target[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    target[this.length++] = rest
  }

  /** A copy of the bytes written, in memory of its own. */
  copy(): Buffer {
    const copied = Buffer.allocUnsafeSlow(this.length)
    this.bytes.copy(copied, 0, 0, this.length)
    return copied
  }
}
