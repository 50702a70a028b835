import { readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
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
export const JsonType = {
  SMALL_OBJECT: 0,
  LARGE_OBJECT: 1,
  SMALL_ARRAY: 2,
  LARGE_ARRAY: 3,
  LITERAL: 4,
  INT16: 5,
  UINT16: 6,
  INT32: 7,
  UINT32: 8,
  INT64: 9,
  UINT64: 10,
  DOUBLE: 11,
  STRING: 12,
  OPAQUE: 15,
} as const

/** MySQL refuses documents that nest deeper. */
export const DEEPEST = 100

/** Bytes of the counts and offsets of a container. */
export type OffsetSize = 2 | 4

/** Whether a value of the type lies in its value entry. */
export function isInline(type: number, offsetSize: OffsetSize): boolean {
  return (
    type >= JsonType.LITERAL && (type <= JsonType.UINT16 || (offsetSize === 4 && type <= JsonType.UINT32))
  )
}

/** How many bytes the value at `at` takes, its type aside; throws MALFORMED for one that goes beyond `end`. */
export function valueSize(type: number, bytes: Buffer, at: number, end: number): number {
  const size = statedSize(type, bytes, at, end)
  if (at + size > end) throw beyondEnd()
  return size
}

function statedSize(type: number, bytes: Buffer, at: number, end: number): number {
  switch (type) {
    case JsonType.SMALL_OBJECT:
    case JsonType.SMALL_ARRAY:
      if (at + 4 > end) throw beyondEnd()
      return readUInt16(bytes, at + 2)
    case JsonType.LARGE_OBJECT:
    case JsonType.LARGE_ARRAY:
      if (at + 8 > end) throw beyondEnd()
      return readUInt32(bytes, at + 4)
    case JsonType.LITERAL:
      return 1
    case JsonType.INT16:
    case JsonType.UINT16:
      return 2
    case JsonType.INT32:
    case JsonType.UINT32:
      return 4
    case JsonType.INT64:
    case JsonType.UINT64:
    case JsonType.DOUBLE:
      return 8
    case JsonType.STRING:
      return sizeWithLength(bytes, at, end)
    case JsonType.OPAQUE:
      return 1 + sizeWithLength(bytes, at + 1, end)
    default:
      throw malformed(`A JSON document holds an unknown type ${type}`)
  }
}

/** Bytes of a length and of what it is the length of. */
function sizeWithLength(bytes: Buffer, at: number, end: number): number {
  let length = 0
  let next = at
  for (let weight = 1; ; weight *= 128) {
    if (next >= end) throw beyondEnd()
    const byte = readUInt8(bytes, next++)
    length += (byte & 0x7f) * weight
    if (byte < 0x80) return next - at + length
    if (next - at === 5) throw malformed("A JSON document holds a length of more than 5 bytes")
  }
}

export function beyondEnd(): Error {
  return malformed("A JSON document points beyond its end")
}
