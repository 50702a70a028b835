import { readUInt, readUInt64 } from "../bytes/read.ts"
import type { ByteWriter } from "../bytes/byte-writer.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fixedCodec, unknownCodec } from "./make-codec.ts"
import { writeUnsigned } from "./whole-text.ts"

/*
 * ENUM: 1 or 2 bytes, the number of its label from 1 on, 0 for the empty value of a failed insert. SET: 1 to 4 or 8
 * bytes, one bit a label, the first label lowest. All least significant byte first.
 */

/** The number of an ENUM's label; 0 is the empty value. */
export function readEnumIndex(bytes: Uint8Array, start: number, end: number): number {
  return readUInt(bytes, start, end - start)
}

/** The bits of a SET, a `bigint` where a `number` would not be exact. */
export function readSetMask(bytes: Uint8Array, start: number, end: number): number | bigint {
  return end - start === 8 ? readUInt64(bytes, start) : readUInt(bytes, start, end - start)
}

/** ENUM: its label; its number where the labels are not known or do not reach so far. */
export function enumCodec(size: number, labels: readonly string[] | undefined): ColumnCodec {
  if (size !== 1 && size !== 2) return unknownCodec(`type ENUM of ${size} bytes`)
  const values = labels === undefined ? undefined : ["", ...labels]
  const read = (bytes: Buffer, start: number, end: number): string | number => {
    const index = readEnumIndex(bytes, start, end)
    return values?.[index] ?? index
  }
  return fixedCodec(size, read, (bytes, start, end, out) => {
    const value = read(bytes, start, end)
    if (typeof value === "string") out.utf8(value)
    else out.digits(value)
  })
}

/** The text of a SET with a mask below is made once. */
const REMEMBERED = 256

/** SET: its labels joined by commas; its bits as a number where the labels are not known or do not reach so far. */
export function setCodec(size: number, labels: readonly string[] | undefined): ColumnCodec {
  if (size !== 8 && !(size >= 1 && size <= 4)) return unknownCodec(`type SET of ${size} bytes`)
  const joined = (bytes: Buffer, start: number): string | undefined => {
    if (labels === undefined) return undefined
    let text: string | undefined
    for (let bit = 0; bit < size * 8; bit++) {
      if (((bytes[start + (bit >> 3)] ?? 0) & (1 << (bit & 7))) === 0) continue
      const label = labels[bit]
      if (label === undefined) return undefined
      text = text === undefined ? label : `${text},${label}`
    }
    return text ?? ""
  }
  const joinedByMask: string[] = []
  const read = (bytes: Buffer, start: number, end: number): string | number | bigint => {
    const mask = readSetMask(bytes, start, end)
    if (typeof mask === "bigint" || mask >= REMEMBERED) return joined(bytes, start) ?? mask
    const known = joinedByMask[mask]
    if (known !== undefined) return known
    const text = joined(bytes, start)
    if (text !== undefined) joinedByMask[mask] = text
    return text ?? mask
  }
  return fixedCodec(size, read, (bytes, start, _end, out: ByteWriter) => {
    const text = joined(bytes, start)
    if (text === undefined) writeUnsigned(bytes, start, size, out)
    else out.utf8(text)
  })
}
