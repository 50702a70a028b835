import { readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { DEEPEST } from "./json-format.ts"
import type { OffsetSize } from "./json-format.ts"
import { malformed } from "./malformed.ts"

/*
 * What reading a document and writing its text have in common: they refuse offsets that lead nowhere, nesting beyond 100
 * levels, and documents in which parts are shared, which could otherwise be unfolded without end.
 */

/** Bytes of the document not yet used: no byte of a sound document serves two values. */
let left = 0
/** Where the payload ends whose length was read last. */
export let payloadEnd = 0

/** To be called before `use`, for each document. */
export function beginUse(start: number, end: number): void {
  left = end - start
}

/** Refuses what lies beyond the end. */
export function need(upTo: number, end: number): void {
  if (upTo > end) throw malformed("A JSON document points beyond its end")
}

/** Refuses what lies beyond the end, and bytes for which the document has no room left. */
export function use(at: number, count: number, end: number): void {
  need(at + count, end)
  left -= count
  if (left < 0) throw malformed("A JSON document uses the same bytes twice")
}

/** Reads a length; gives where its payload begins, and where it ends in `payloadEnd`. */
export function afterLength(bytes: Buffer, at: number, end: number): number {
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

/** Uses the counts and entries of the container at `at`; gives how many members it has. */
export function beginContainer(
  bytes: Buffer,
  end: number,
  width: OffsetSize,
  keyWidth: number,
  at: number,
  depth: number,
): number {
  if (depth >= DEEPEST) throw malformed("A JSON document nests deeper than 100 levels")
  use(at, 2 * width, end)
  const count = readOffset(bytes, at, width)
  use(at + 2 * width, count * (keyWidth + 1 + width), end)
  return count
}

/** A count or offset. */
export function readOffset(bytes: Buffer, at: number, width: OffsetSize): number {
  return width === 2 ? readUInt16(bytes, at) : readUInt32(bytes, at)
}

export function literalOf(code: number): null | boolean {
  if (code > 2) throw malformed(`A JSON document holds an unknown literal ${code}`)
  return code === 0 ? null : code === 1
}
