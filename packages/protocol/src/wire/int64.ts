import type protobuf from "protobufjs/minimal.js"
import type { MessageReader } from "./message-reader.ts"

/** A 64-bit integer, exact: a `number` while that is safe, a `bigint` beyond. Equal values are `===`. */
export type Int64 = number | bigint

/** Reads an `int64` varint. */
export function readInt64(reader: MessageReader): Int64 {
  const { bytes } = reader
  const len = bytes.length
  let { pos } = reader
  let value = 0
  let factor = 1
  for (let i = 0; i < 7; i++) {
    const byte = pos < len ? (bytes[pos++] ?? 0) : endOfBytes(len)
    value += (byte & 0x7f) * factor
    if (byte < 0x80) {
      reader.pos = pos
      return value
    }
    factor *= 128
  }
  let high = 0n
  for (let i = 0; i < 3; i++) {
    const byte = pos < len ? (bytes[pos++] ?? 0) : endOfBytes(len)
    high |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) {
      reader.pos = pos
      const exact = BigInt.asIntN(64, (high << 49n) | BigInt(value))
      const rounded = Number(exact)
      return Number.isSafeInteger(rounded) ? rounded : exact
    }
  }
  throw new RangeError("a varint is longer than 10 bytes")
}

/** Reads an `int64` that only makes sense as an exact `number`: an offset, a time, an id of 48 bits. */
export function readSafeInteger(reader: MessageReader): number {
  const value = readInt64(reader)
  if (typeof value === "number") return value
  throw new RangeError(`${value} is beyond 2^53`)
}

/** Writes an `int64` varint. */
export function writeInt64(writer: protobuf.Writer, value: Int64): protobuf.Writer {
  return writer.int64(typeof value === "bigint" ? value.toString() : value)
}

function endOfBytes(at: number): never {
  throw new RangeError(`the bytes end within a number at ${at}`)
}
