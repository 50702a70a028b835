import protobuf from "protobufjs/minimal.js"
import { ProtocolError } from "../errors.ts"
import { FRAME_HEADER_BYTES, MAX_FRAME_LENGTH } from "../frame/frame-decoder.ts"
import { type Int64, writeInt64 } from "../wire/int64.ts"

/*
 * A batch is written by concatenation alone: who keeps each serialized entry behind its head (the tag and length that
 * it has in Messages) sends any number of neighbouring ones as they lie in memory.
 */

/** The tag of an entry in Messages. */
const ENTRY = 0x12

/** Parts of at least this many bytes are passed on as they are, shorter ones copied together. */
const COPY_BELOW = 4096

/** Bytes of the head of a serialized entry of this length. */
export function entryHeadSize(length: number): number {
  return 1 + varintSize(length)
}

/** Writes the head of a serialized entry of this length; returns where the entry is to begin. */
export function putEntryHead(target: Buffer, at: number, length: number): number {
  target[at] = ENTRY
  return putVarint(target, at + 1, length)
}

/**
 * The whole frame of a batch. As Canal's, it carries no version.
 * @param parts serialized entries behind their heads, one or many in each part. Large parts become part of the result
 * and must not change until it is sent.
 * @returns the frame in pieces, to be written one after the other.
 * @throws ProtocolError FRAME_TOO_LARGE above 2 GiB.
 */
export function messagesFrame(batchId: Int64, parts: readonly Buffer[]): readonly Buffer[] {
  const id = writeInt64(protobuf.Writer.create().uint32(0x08), batchId).finish()
  let bodyLength = id.length
  let copied = 0
  for (const { length } of parts) {
    bodyLength += length
    if (length < COPY_BELOW) copied += length
  }
  const length = 3 + varintSize(bodyLength) + bodyLength
  if (length > MAX_FRAME_LENGTH) {
    throw new ProtocolError("FRAME_TOO_LARGE", `a batch of ${length} bytes does not fit into a frame`)
  }
  const own = Buffer.allocUnsafe(FRAME_HEADER_BYTES + 3 + varintSize(bodyLength) + id.length + copied)
  let at = own.writeInt32BE(length, 0)
  at = own.writeUInt16BE(0x18_07, at)
  own[at++] = 0x2a
  at = putVarint(own, at, bodyLength)
  own.set(id, at)
  at += id.length
  const pieces: Buffer[] = []
  let from = 0
  for (const part of parts) {
    if (part.length < COPY_BELOW) {
      own.set(part, at)
      at += part.length
    } else {
      if (from < at) pieces.push(own.subarray(from, at))
      pieces.push(part)
      from = at
    }
  }
  if (from < at) pieces.push(own.subarray(from, at))
  return pieces
}

function varintSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}

function putVarint(target: Buffer, at: number, value: number): number {
  let rest = value
  let next = at
  while (rest >= 0x80) {
    target[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[next++] = rest
  return next
}
