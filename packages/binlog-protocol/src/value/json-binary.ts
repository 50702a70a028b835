import { readInt16, readInt32, readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { DEEPEST, isInline, JsonType } from "./json-format.ts"
import { malformed } from "./malformed.ts"

/** What a walk through a document tells, in the document's order. Byte ranges are in the bytes walked. */
export interface JsonSink {
  literal(value: null | boolean): void
  integer(value: number): void
  int64(bytes: Buffer, at: number): void
  uint64(bytes: Buffer, at: number): void
  double(value: number): void
  string(bytes: Buffer, start: number, end: number): void
  /** A value of another column type, as `type` numbers it. */
  opaque(type: number, bytes: Buffer, start: number, end: number): void
  begin(kind: "object" | "array"): void
  /** Between two members. */
  next(): void
  key(bytes: Buffer, start: number, end: number): void
  end(kind: "object" | "array"): void
}

/**
 * Walks through the document in bytes `start` to `end`. No bytes at all are the literal null, as MySQL reads them.
 * Throws MALFORMED for offsets that lead nowhere, nesting beyond 100 levels, and documents in which parts are shared,
 * which could otherwise be unfolded without end.
 */
export function walkJson(bytes: Buffer, start: number, end: number, sink: JsonSink): void {
  if (start >= end) return sink.literal(null)
  left = end - start
  walkValue(bytes, end, sink, readUInt8(bytes, start), start + 1, 0)
}

/** Bytes of the document not yet used: no byte of a sound document serves two values. */
let left = 0
/** Where the payload ends whose length was read last. */
let payloadEnd = 0

function walkValue(
  bytes: Buffer,
  end: number,
  sink: JsonSink,
  type: number,
  at: number,
  depth: number,
): void {
  switch (type) {
    case JsonType.SMALL_OBJECT:
      return walkContainer(bytes, end, sink, "object", 2, at, depth)
    case JsonType.LARGE_OBJECT:
      return walkContainer(bytes, end, sink, "object", 4, at, depth)
    case JsonType.SMALL_ARRAY:
      return walkContainer(bytes, end, sink, "array", 2, at, depth)
    case JsonType.LARGE_ARRAY:
      return walkContainer(bytes, end, sink, "array", 4, at, depth)
    case JsonType.LITERAL:
      need(at + 1, end)
      return sink.literal(literalOf(readUInt8(bytes, at)))
    case JsonType.INT16:
      need(at + 2, end)
      return sink.integer(readInt16(bytes, at))
    case JsonType.UINT16:
      need(at + 2, end)
      return sink.integer(readUInt16(bytes, at))
    case JsonType.INT32:
      need(at + 4, end)
      return sink.integer(readInt32(bytes, at))
    case JsonType.UINT32:
      need(at + 4, end)
      return sink.integer(readUInt32(bytes, at))
    case JsonType.INT64:
      use(at, 8, end)
      return sink.int64(bytes, at)
    case JsonType.UINT64:
      use(at, 8, end)
      return sink.uint64(bytes, at)
    case JsonType.DOUBLE:
      use(at, 8, end)
      return sink.double(bytes.readDoubleLE(at))
    case JsonType.STRING: {
      const from = afterLength(bytes, at, end)
      return sink.string(bytes, from, payloadEnd)
    }
    case JsonType.OPAQUE: {
      use(at, 1, end)
      const from = afterLength(bytes, at + 1, end)
      return sink.opaque(readUInt8(bytes, at), bytes, from, payloadEnd)
    }
    default:
      throw malformed(`A JSON document holds an unknown type ${type}`)
  }
}

function walkContainer(
  bytes: Buffer,
  end: number,
  sink: JsonSink,
  kind: "object" | "array",
  width: 2 | 4,
  at: number,
  depth: number,
): void {
  if (depth >= DEEPEST) throw malformed("A JSON document nests deeper than 100 levels")
  use(at, 2 * width, end)
  const count = readOffset(bytes, at, width)
  const keys = at + 2 * width
  const keyWidth = kind === "object" ? width + 2 : 0
  const values = keys + count * keyWidth
  use(keys, count * (keyWidth + 1 + width), end)
  sink.begin(kind)
  for (let index = 0; index < count; index++) {
    if (index > 0) sink.next()
    if (keyWidth > 0) {
      const entry = keys + index * keyWidth
      const key = at + readOffset(bytes, entry, width)
      const length = readUInt16(bytes, entry + width)
      use(key, length, end)
      sink.key(bytes, key, key + length)
    }
    const entry = values + index * (1 + width)
    const type = readUInt8(bytes, entry)
    const valueAt = isInline(type, width) ? entry + 1 : at + readOffset(bytes, entry + 1, width)
    walkValue(bytes, end, sink, type, valueAt, depth + 1)
  }
  sink.end(kind)
}

function readOffset(bytes: Buffer, at: number, width: 2 | 4): number {
  return width === 2 ? readUInt16(bytes, at) : readUInt32(bytes, at)
}

/** Reads a length; gives where its payload begins, and where it ends in `payloadEnd`. */
function afterLength(bytes: Buffer, at: number, end: number): number {
  let length = 0
  let next = at
  for (let weight = 1; ; weight *= 128) {
    use(next, 1, end)
    const byte = readUInt8(bytes, next++)
    length += (byte & 0x7f) * weight
    if (byte < 0x80) break
    if (next - at === 5) throw malformed("A JSON document holds a length of more than 5 bytes")
  }
  use(next, length, end)
  payloadEnd = next + length
  return next
}

function need(upTo: number, end: number): void {
  if (upTo > end) throw malformed("A JSON document points beyond its end")
}

function use(at: number, count: number, end: number): void {
  need(at + count, end)
  left -= count
  if (left < 0) throw malformed("A JSON document uses the same bytes twice")
}

function literalOf(code: number): null | boolean {
  if (code > 2) throw malformed(`A JSON document holds an unknown literal ${code}`)
  return code === 0 ? null : code === 1
}
