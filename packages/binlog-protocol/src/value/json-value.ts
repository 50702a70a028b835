import {
  readDouble,
  readInt16,
  readInt32,
  readInt64,
  readUInt16,
  readUInt32,
  readUInt64,
  readUInt8,
} from "../bytes/read.ts"
import { utf8Text } from "../bytes/text.ts"
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
import { keyText } from "./json-key.ts"
import { makerOf, shapeOf } from "./json-shape.ts"
import type { ReadElement } from "./json-shape.ts"
import { writeOpaque } from "./json-opaque.ts"
import { malformed } from "./malformed.ts"
import type { JsonValue } from "./parsed-json.ts"
import { writtenText } from "./scratch.ts"

/** From here on a length takes more than a byte. */
const LONG = 0x80

/**
 * The document that binary JSON in bytes `start` to `end` holds. No bytes at all are the literal null, as MySQL reads
 * them. Throws MALFORMED for what is no sound document.
 */
export function readJson(bytes: Buffer, start: number, end: number): JsonValue {
  if (start >= end) return null
  beginUse(start, end)
  return readValue(bytes, end, readUInt8(bytes, start), start + 1, 0)
}

function readValue(bytes: Buffer, end: number, type: number, at: number, depth: number): JsonValue {
  switch (type) {
    case JsonType.SMALL_OBJECT:
      return readObject(bytes, end, 2, at, depth)
    case JsonType.LARGE_OBJECT:
      return readObject(bytes, end, 4, at, depth)
    case JsonType.SMALL_ARRAY:
      return readArray(bytes, end, 2, at, depth)
    case JsonType.LARGE_ARRAY:
      return readArray(bytes, end, 4, at, depth)
    case JsonType.LITERAL:
      need(at + 1, end)
      return literalOf(readUInt8(bytes, at))
    case JsonType.INT16:
      need(at + 2, end)
      return readInt16(bytes, at)
    case JsonType.UINT16:
      need(at + 2, end)
      return readUInt16(bytes, at)
    case JsonType.INT32:
      need(at + 4, end)
      return readInt32(bytes, at)
    case JsonType.UINT32:
      need(at + 4, end)
      return readUInt32(bytes, at)
    case JsonType.INT64:
      use(at, 8, end)
      return readInt64(bytes, at)
    case JsonType.UINT64:
      use(at, 8, end)
      return readUInt64(bytes, at)
    case JsonType.DOUBLE:
      use(at, 8, end)
      return readDouble(bytes, at)
    case JsonType.STRING: {
      const from = afterLength(bytes, at, end)
      return utf8Text(bytes, from, payloadEnd)
    }
    case JsonType.OPAQUE: {
      use(at, 1, end)
      const from = afterLength(bytes, at + 1, end)
      return opaqueText(readUInt8(bytes, at))(bytes, from, payloadEnd)
    }
    default:
      throw malformed(`A JSON document holds an unknown type ${type}`)
  }
}

function readObject(bytes: Buffer, end: number, width: OffsetSize, at: number, depth: number): JsonValue {
  const count = beginContainer(bytes, end, width, width + 2, at, depth)
  const keys = at + 2 * width
  const values = keys + count * (width + 2)
  const shape = width === 2 ? shapeOf(bytes, keys, count, end) : undefined
  if (shape !== undefined) use(values, shape.length, end)
  const make = shape === undefined ? undefined : makerOf(shape, readSmallElement)
  if (make !== undefined) return make(bytes, end, at, values, depth)
  const members: { [key: string]: JsonValue } = {}
  for (let index = 0; index < count; index++) {
    const key = shape?.keys[index] ?? readKey(bytes, end, width, at, keys + index * (width + 2))
    addMember(members, key, readElement(bytes, end, width, at, values + index * (1 + width), depth))
  }
  return members
}

function readKey(bytes: Buffer, end: number, width: OffsetSize, at: number, entry: number): string {
  const from = at + readOffset(bytes, entry, width)
  const length = readUInt16(bytes, entry + width)
  use(from, length, end)
  return keyText(bytes, from, from + length)
}

function readArray(bytes: Buffer, end: number, width: OffsetSize, at: number, depth: number): JsonValue {
  const count = beginContainer(bytes, end, width, 0, at, depth)
  const values = at + 2 * width
  if (width === 2 && count <= 4) return readShortArray(bytes, end, count, at, values, depth)
  const elements: JsonValue[] = []
  for (let index = 0; index < count; index++)
    elements.push(readElement(bytes, end, width, at, values + index * (1 + width), depth))
  return elements
}

/** Made with the room that it needs: an array that grows takes room for seventeen elements. */
function readShortArray(
  bytes: Buffer,
  end: number,
  count: number,
  at: number,
  entry: number,
  depth: number,
): JsonValue {
  if (count === 0) return []
  const a = readSmallElement(bytes, end, at, entry, depth)
  if (count === 1) return [a]
  const b = readSmallElement(bytes, end, at, entry + 3, depth)
  if (count === 2) return [a, b]
  const c = readSmallElement(bytes, end, at, entry + 6, depth)
  return count === 3 ? [a, b, c] : [a, b, c, readSmallElement(bytes, end, at, entry + 9, depth)]
}

/** The value of which the entry at `entry` tells, in the container at `at`. */
function readElement(
  bytes: Buffer,
  end: number,
  width: OffsetSize,
  at: number,
  entry: number,
  depth: number,
): JsonValue {
  const type = readUInt8(bytes, entry)
  const valueAt = isInline(type, width) ? entry + 1 : at + readOffset(bytes, entry + 1, width)
  return readValue(bytes, end, type, valueAt, depth + 1)
}

/** The same in a small container, whose commonest values are read without detours. */
const readSmallElement: ReadElement = (bytes, end, at, entry, depth) => {
  const type = readUInt8(bytes, entry)
  if (type === JsonType.STRING) {
    const from = at + readUInt16(bytes, entry + 1)
    const length = from < end ? readUInt8(bytes, from) : LONG
    if (length < LONG) {
      use(from, 1 + length, end)
      return utf8Text(bytes, from + 1, from + 1 + length)
    }
  } else if (type === JsonType.LITERAL) return literalOf(readUInt8(bytes, entry + 1))
  else if (type === JsonType.INT16) return readInt16(bytes, entry + 1)
  else if (type === JsonType.UINT16) return readUInt16(bytes, entry + 1)
  else {
    const from = at + readUInt16(bytes, entry + 1)
    if (type === JsonType.INT32) {
      need(from + 4, end)
      return readInt32(bytes, from)
    }
    if (type === JsonType.DOUBLE) {
      use(from, 8, end)
      return readDouble(bytes, from)
    }
    return readValue(bytes, end, type, from, depth + 1)
  }
  return readElement(bytes, end, 2, at, entry, depth)
}

const opaqueTexts: ReturnType<typeof writtenText>[] = []

/** Reads values of a column type inside of documents. */
function opaqueText(type: number): ReturnType<typeof writtenText> {
  return (opaqueTexts[type] ??= writtenText((bytes, start, end, out) =>
    writeOpaque(type, bytes, start, end, "\n", out),
  ))
}

function addMember(members: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  if (key !== "__proto__") members[key] = value
  // An assignment would set the object's prototype instead of a member.
  else Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true })
}
