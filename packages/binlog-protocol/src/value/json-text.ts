import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readDouble, readInt16, readInt32, readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { writeDoubleText } from "./float-text.ts"
import {
  afterLength,
  beginContainer,
  beginUse,
  literalOf,
  need,
  payloadEnd,
  readOffset,
  use,
} from "./json-binary.ts"
import { isInline, JsonType } from "./json-format.ts"
import type { OffsetSize } from "./json-format.ts"
import { isBareOpaque, writeOpaque } from "./json-opaque.ts"
import { malformed } from "./malformed.ts"
import { writeInt64, writeUnsigned, writeWhole } from "./whole-text.ts"

const COMMA_SPACE = 0x202c
const COLON_SPACE = 0x203a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c

const SHORT_ESCAPES = new Map([
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [QUOTE, '\\"'],
  [BACKSLASH, "\\\\"],
])

/**
 * Appends the document in bytes `start` to `end` as MySQL shows it: `{"a": 1, "b": [1.0, 2]}`. Accepts and refuses what
 * `readJson` does.
 */
export function writeJson(bytes: Buffer, start: number, end: number, out: ByteWriter): void {
  if (start >= end) return out.ascii("null")
  beginUse(start, end)
  writeValue(bytes, end, readUInt8(bytes, start), start + 1, 0, out)
}

function writeValue(
  bytes: Buffer,
  end: number,
  type: number,
  at: number,
  depth: number,
  out: ByteWriter,
): void {
  switch (type) {
    case JsonType.SMALL_OBJECT:
      return writeObject(bytes, end, 2, at, depth, out)
    case JsonType.LARGE_OBJECT:
      return writeObject(bytes, end, 4, at, depth, out)
    case JsonType.SMALL_ARRAY:
      return writeArray(bytes, end, 2, at, depth, out)
    case JsonType.LARGE_ARRAY:
      return writeArray(bytes, end, 4, at, depth, out)
    case JsonType.LITERAL:
      need(at + 1, end)
      return out.ascii(String(literalOf(readUInt8(bytes, at))))
    case JsonType.INT16:
      need(at + 2, end)
      return writeWhole(readInt16(bytes, at), out)
    case JsonType.UINT16:
      need(at + 2, end)
      return out.digits(readUInt16(bytes, at))
    case JsonType.INT32:
      need(at + 4, end)
      return writeWhole(readInt32(bytes, at), out)
    case JsonType.UINT32:
      need(at + 4, end)
      return out.digits(readUInt32(bytes, at))
    case JsonType.INT64:
      use(at, 8, end)
      return writeInt64(bytes, at, out)
    case JsonType.UINT64:
      use(at, 8, end)
      return writeUnsigned(bytes, at, 8, out)
    case JsonType.DOUBLE:
      use(at, 8, end)
      return writeNumber(readDouble(bytes, at), out)
    case JsonType.STRING: {
      const from = afterLength(bytes, at, end)
      return writeQuoted(bytes, from, payloadEnd, out)
    }
    case JsonType.OPAQUE: {
      use(at, 1, end)
      const from = afterLength(bytes, at + 1, end)
      return writeBareOrQuoted(readUInt8(bytes, at), bytes, from, payloadEnd, out)
    }
    default:
      throw malformed(`A JSON document holds an unknown type ${type}`)
  }
}

function writeObject(
  bytes: Buffer,
  end: number,
  width: OffsetSize,
  at: number,
  depth: number,
  out: ByteWriter,
): void {
  const count = beginContainer(bytes, end, width, width + 2, at, depth)
  const keys = at + 2 * width
  const values = keys + count * (width + 2)
  out.byte(OPEN_BRACE)
  for (let index = 0; index < count; index++) {
    if (index > 0) out.uint16(COMMA_SPACE)
    const entry = keys + index * (width + 2)
    const from = at + readOffset(bytes, entry, width)
    const length = readUInt16(bytes, entry + width)
    use(from, length, end)
    writeQuoted(bytes, from, from + length, out)
    out.uint16(COLON_SPACE)
    writeElement(bytes, end, width, at, values + index * (1 + width), depth, out)
  }
  out.byte(CLOSE_BRACE)
}

function writeArray(
  bytes: Buffer,
  end: number,
  width: OffsetSize,
  at: number,
  depth: number,
  out: ByteWriter,
): void {
  const count = beginContainer(bytes, end, width, 0, at, depth)
  const values = at + 2 * width
  out.byte(OPEN_BRACKET)
  for (let index = 0; index < count; index++) {
    if (index > 0) out.uint16(COMMA_SPACE)
    writeElement(bytes, end, width, at, values + index * (1 + width), depth, out)
  }
  out.byte(CLOSE_BRACKET)
}

/** Appends the value of which the entry at `entry` tells, in the container at `at`. */
function writeElement(
  bytes: Buffer,
  end: number,
  width: OffsetSize,
  at: number,
  entry: number,
  depth: number,
  out: ByteWriter,
): void {
  const type = readUInt8(bytes, entry)
  const valueAt = isInline(type, width) ? entry + 1 : at + readOffset(bytes, entry + 1, width)
  writeValue(bytes, end, type, valueAt, depth + 1, out)
}

function writeNumber(value: number, out: ByteWriter): void {
  const begin = out.length
  writeDoubleText(value, out)
  if (isWholeText(out.bytes, begin, out.length)) out.ascii(".0")
}

function writeBareOrQuoted(type: number, bytes: Buffer, start: number, end: number, out: ByteWriter): void {
  const bare = isBareOpaque(type)
  if (!bare) out.byte(QUOTE)
  writeOpaque(type, bytes, start, end, "\\n", out)
  if (!bare) out.byte(QUOTE)
}

/** Whether the text is digits only, perhaps with a minus: it would read as an integer. */
function isWholeText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = readUInt8(bytes, at)
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x2d) return false
  }
  return true
}

function writeQuoted(bytes: Buffer, start: number, end: number, out: ByteWriter): void {
  out.byte(QUOTE)
  let at = copyPlain(bytes, start, end, out)
  while (at < end) {
    const byte = readUInt8(bytes, at)
    out.ascii(SHORT_ESCAPES.get(byte) ?? `\\u${byte.toString(16).padStart(4, "0")}`)
    at = copyPlain(bytes, at + 1, end, out)
  }
  out.byte(QUOTE)
}

/** Appends the bytes up to one that must be escaped; gives where that is. */
function copyPlain(bytes: Buffer, start: number, end: number, out: ByteWriter): number {
  out.reserve(end - start)
  const target = out.bytes
  const shift = out.length - start
  let at = start
  for (; at < end; at++) {
    const byte = readUInt8(bytes, at)
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) break
    target[at + shift] = byte
  }
  out.length = at + shift
  return at
}
