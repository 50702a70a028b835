import type { ByteWriter } from "@canal/binlog-protocol"

/*
 * The protobuf wire format (https://protobuf.dev/programming-guides/encoding), as far as entries need it: a field is
 * a tag, number << 3 | kind, and then a varint (kind 0) or a length and that many bytes (kind 2). Lengths and
 * varints take the fewest bytes, as in Java, so that entries agree to the byte.
 */

/** Tag of a field that is a varint. */
export function varintTag(field: number): number {
  return field << 3
}

/** Tag of a field that is a length and bytes: a string, a message, bytes. */
export function bytesTag(field: number): number {
  return (field << 3) | 2
}

/** Bytes of a varint of a whole number from 0 to 2^53 − 1. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  let size = 4
  for (let rest = Math.floor(value / 0x1000_0000); rest > 0; rest = Math.floor(rest / 128)) size++
  return size
}

/** Writes a varint of a whole number from 0 to 2^53 − 1 at a place that has room for it. Answers where it ends. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at
  let rest = value
  for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) | 0x80
  for (; rest > 0x7f; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80
  bytes[end++] = rest
  return end
}

/** Up to so many bytes a loop takes less than the call of the engine's own copying. */
const FEW = 40

/** Copies bytes to a place that has room for them. Answers where they end. */
export function putBytes(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  const count = end - start
  if (count > FEW) source.copy(target, at, start, end)
  else for (let i = 0; i < count; i++) target[at + i] = source[start + i] ?? 0
  return at + count
}

/** Appends a varint field whose value is a whole number from 0 to 2^53 − 1. */
export function writeVarintField(tag: number, value: number, out: ByteWriter): void {
  out.varint(tag)
  out.varint(value)
}

/** Appends an int32 field; a negative number takes ten bytes, as its 64 bits of two's complement. */
export function writeInt32Field(tag: number, value: number, out: ByteWriter): void {
  out.varint(tag)
  if (value >= 0) return out.varint(value)
  for (let shift = 0; shift < 63; shift += 7) out.byte(((value >> Math.min(shift, 31)) & 0x7f) | 0x80)
  out.byte(1)
}

/** Appends a string field. */
export function writeStringField(tag: number, value: string, out: ByteWriter): void {
  out.varint(tag)
  const start = beginLength(out, 1)
  out.utf8(value)
  endLength(out, start, 1)
}

/** Leaves `width` bytes free for a length and answers where they are. */
export function beginLength(out: ByteWriter, width: number): number {
  const start = out.length
  out.reserve(width)
  out.length = start + width
  return start
}

/**
 * Puts the length of all that was written since `beginLength` in front of it. What was written moves if the length
 * needs another width than was left free; answers the width it took, a good guess for the next.
 */
export function endLength(out: ByteWriter, start: number, width: number): number {
  const length = out.length - start - width
  const needed = varintSize(length)
  if (needed !== width) {
    out.reserve(needed)
    out.bytes.copyWithin(start + needed, start + width, out.length)
  }
  putVarint(out.bytes, start, length)
  out.length = start + needed + length
  return needed
}
