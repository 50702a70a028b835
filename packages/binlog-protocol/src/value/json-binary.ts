import { readInt16, readInt32, readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { malformed } from "./malformed.ts"

/*
 * MySQL's binary JSON (sql-common/json_binary.h): a type byte and a value.
 *   object, array  element count, size in bytes; for objects a key entry each (offset 2 or 4 bytes, length 2 bytes);
 *                  a value entry each (type byte, then the value itself where it fits, else its offset). Numbers and
 *                  offsets are 2 bytes in the small forms and 4 in the large; offsets count from the element count.
 *   literal        1 byte: null, true, false
 *   integers       2, 4 or 8 bytes · double 8 bytes · all least significant byte first
 *   string         length as base-128 number, low digits first, then UTF-8
 *   opaque         column type, length as above, bytes of that type
 * In a container, literals and 16-bit integers lie in their value entry, in a large one 32-bit integers too.
 */
const SMALL_OBJECT = 0
const LARGE_OBJECT = 1
const SMALL_ARRAY = 2
const LARGE_ARRAY = 3
const LITERAL = 4
const INT16 = 5
const UINT16 = 6
const INT32 = 7
const UINT32 = 8
const INT64 = 9
const UINT64 = 10
const DOUBLE = 11
const STRING = 12
const OPAQUE = 15

/** MySQL refuses documents that nest deeper. */
const DEEPEST = 100

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
      case SMALL_OBJECT:
        return this.#container("object", 2, at, depth)
      case LARGE_OBJECT:
        return this.#container("object", 4, at, depth)
      case SMALL_ARRAY:
        return this.#container("array", 2, at, depth)
      case LARGE_ARRAY:
        return this.#container("array", 4, at, depth)
      case LITERAL:
        this.#need(at, 1)
        return sink.literal(literalOf(readUInt8(bytes, at)))
      case INT16:
        this.#need(at, 2)
        return sink.integer(readInt16(bytes, at))
      case UINT16:
        this.#need(at, 2)
        return sink.integer(readUInt16(bytes, at))
      case INT32:
        this.#need(at, 4)
        return sink.integer(readInt32(bytes, at))
      case UINT32:
        this.#need(at, 4)
        return sink.integer(readUInt32(bytes, at))
      case INT64:
        this.#use(at, 8)
        return sink.int64(bytes, at)
      case UINT64:
        this.#use(at, 8)
        return sink.uint64(bytes, at)
      case DOUBLE:
        this.#use(at, 8)
        return sink.double(bytes.readDoubleLE(at))
      case STRING: {
        const from = this.#afterLength(at)
        return sink.string(bytes, from, this.#payloadEnd)
      }
      case OPAQUE: {
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

function isInline(type: number, width: 2 | 4): boolean {
  return (
    type === LITERAL ||
    type === INT16 ||
    type === UINT16 ||
    (width === 4 && (type === INT32 || type === UINT32))
  )
}

function literalOf(code: number): null | boolean {
  if (code > 2) throw malformed(`A JSON document holds an unknown literal ${code}`)
  return code === 0 ? null : code === 1
}
