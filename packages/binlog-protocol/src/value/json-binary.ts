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
  new Walk(bytes, start, end, sink).value(readUInt8(bytes, start), start + 1, 0)
}

class Walk {
  readonly #bytes: Buffer
  readonly #end: number
  readonly #sink: JsonSink
  /** Bytes not yet used: no byte of a sound document serves two values. */
  #left: number
  #payloadEnd = 0

  constructor(bytes: Buffer, start: number, end: number, sink: JsonSink) {
    this.#bytes = bytes
    this.#end = end
    this.#sink = sink
    this.#left = end - start
  }

  value(type: number, at: number, depth: number): void {
    const bytes = this.#bytes
    const sink = this.#sink
    switch (type) {
      case JsonType.SMALL_OBJECT:
        return this.#container("object", 2, at, depth)
      case JsonType.LARGE_OBJECT:
        return this.#container("object", 4, at, depth)
      case JsonType.SMALL_ARRAY:
        return this.#container("array", 2, at, depth)
      case JsonType.LARGE_ARRAY:
        return this.#container("array", 4, at, depth)
      case JsonType.LITERAL:
        this.#need(at, 1)
        return sink.literal(literalOf(readUInt8(bytes, at)))
      case JsonType.INT16:
        this.#need(at, 2)
        return sink.integer(readInt16(bytes, at))
      case JsonType.UINT16:
        this.#need(at, 2)
        return sink.integer(readUInt16(bytes, at))
      case JsonType.INT32:
        this.#need(at, 4)
        return sink.integer(readInt32(bytes, at))
      case JsonType.UINT32:
        this.#need(at, 4)
        return sink.integer(readUInt32(bytes, at))
      case JsonType.INT64:
        this.#use(at, 8)
        return sink.int64(bytes, at)
      case JsonType.UINT64:
        this.#use(at, 8)
        return sink.uint64(bytes, at)
      case JsonType.DOUBLE:
        this.#use(at, 8)
        return sink.double(bytes.readDoubleLE(at))
      case JsonType.STRING: {
        const from = this.#afterLength(at)
        return sink.string(bytes, from, this.#payloadEnd)
      }
      case JsonType.OPAQUE: {
        this.#use(at, 1)
        const from = this.#afterLength(at + 1)
        return sink.opaque(readUInt8(bytes, at), bytes, from, this.#payloadEnd)
      }
      default:
        throw malformed(`A JSON document holds an unknown type ${type}`)
    }
  }

  #container(kind: "object" | "array", width: 2 | 4, at: number, depth: number): void {
    if (depth >= DEEPEST) throw malformed("A JSON document nests deeper than 100 levels")
    this.#use(at, 2 * width)
    const bytes = this.#bytes
    const read = width === 2 ? readUInt16 : readUInt32
    const count = read(bytes, at)
    const keys = at + 2 * width
    const keyWidth = kind === "object" ? width + 2 : 0
    const values = keys + count * keyWidth
    this.#use(keys, count * (keyWidth + 1 + width))
    this.#sink.begin(kind)
    for (let index = 0; index < count; index++) {
      if (index > 0) this.#sink.next()
      if (keyWidth > 0) {
        const entry = keys + index * keyWidth
        const key = at + read(bytes, entry)
        const length = readUInt16(bytes, entry + width)
        this.#use(key, length)
        this.#sink.key(bytes, key, key + length)
      }
      const entry = values + index * (1 + width)
      const type = readUInt8(bytes, entry)
      const inline = isInline(type, width)
      this.value(type, inline ? entry + 1 : at + read(bytes, entry + 1), depth + 1)
    }
    this.#sink.end(kind)
  }

  /** Reads a length; gives where its payload begins, and where it ends in `#payloadEnd`. */
  #afterLength(at: number): number {
    let length = 0
    let next = at
    for (let weight = 1; ; weight *= 128) {
      this.#use(next, 1)
      const byte = readUInt8(this.#bytes, next++)
      length += (byte & 0x7f) * weight
      if (byte < 0x80) break
      if (next - at === 5) throw malformed("A JSON document holds a length of more than 5 bytes")
    }
    this.#use(next, length)
    this.#payloadEnd = next + length
    return next
  }

  #need(at: number, count: number): void {
    if (at + count > this.#end) throw malformed("A JSON document points beyond its end")
  }

  #use(at: number, count: number): void {
    this.#need(at, count)
    this.#left -= count
    if (this.#left < 0) throw malformed("A JSON document uses the same bytes twice")
  }
}

function literalOf(code: number): null | boolean {
  if (code > 2) throw malformed(`A JSON document holds an unknown literal ${code}`)
  return code === 0 ? null : code === 1
}
