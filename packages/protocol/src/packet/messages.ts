import protobuf from "protobufjs/minimal.js"
import { ProtocolError } from "../errors.ts"
import { FRAME_HEADER_BYTES, MAX_FRAME_LENGTH } from "../frame/frame-decoder.ts"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType, SERVER_VERSION } from "./packet.ts"

/** A batch of entries. Layout: 1 batch_id, 2 messages (each a serialized Entry). */
export interface Messages {
  /** -1 where there was nothing to hand out. */
  readonly batchId: Int64
  /** Views of the bytes that were read. */
  readonly entries: readonly Buffer[]
}

/** The batch id of an answer without entries. */
export const NO_BATCH = -1

/** Entries of at least this many bytes are passed on as they are, shorter ones copied together. */
const COPY_BELOW = 16_384

/** The whole frame that says: nothing there. */
export function encodeNoMessages(): Buffer {
  const body = writeInt64(protobuf.Writer.create().uint32(0x08), NO_BATCH)
  return encodeFrame(SERVER_VERSION, PacketType.MESSAGES, body)
}

/**
 * The whole frame of a batch, made by concatenation alone. As Canal's, it carries no version.
 * @param entries serialized entries, at least one. Large ones are part of the result and must not change until it is sent.
 * @returns the frame in pieces, to be written one after the other.
 * @throws ProtocolError FRAME_TOO_LARGE above 2 GiB.
 */
export function messagesFrame(batchId: Int64, entries: readonly Buffer[]): readonly Buffer[] {
  const idBytes = writeInt64(protobuf.Writer.create().uint32(0x08), batchId).finish()
  let bodyLength = idBytes.length
  let copied = 0
  for (const { length } of entries) {
    const head = 1 + varintLength(length)
    bodyLength += head + length
    copied += head + (length < COPY_BELOW ? length : 0)
  }
  const length = 3 + varintLength(bodyLength) + bodyLength
  if (length > MAX_FRAME_LENGTH) {
    throw new ProtocolError("FRAME_TOO_LARGE", `a batch of ${length} bytes does not fit into a frame`)
  }
  const own = Buffer.allocUnsafe(FRAME_HEADER_BYTES + 3 + varintLength(bodyLength) + idBytes.length + copied)
  let at = own.writeInt32BE(length, 0)
  at = own.writeUInt16BE(0x18_07, at)
  own[at++] = 0x2a
  at = writeVarint(own, at, bodyLength)
  own.set(idBytes, at)
  at += idBytes.length
  const pieces: Buffer[] = []
  let from = 0
  for (const entry of entries) {
    own[at++] = 0x12
    at = writeVarint(own, at, entry.length)
    if (entry.length < COPY_BELOW) {
      own.set(entry, at)
      at += entry.length
    } else {
      pieces.push(own.subarray(from, at), entry)
      from = at
    }
  }
  if (from < at) pieces.push(own.subarray(from, at))
  return pieces
}

/** @throws ProtocolError MALFORMED */
export function decodeMessages(body: Buffer): Messages {
  return readMessage("Messages", body, (reader, end) => {
    let batchId: Int64 = 0
    const entries: Buffer[] = []
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x08) {
        batchId = readInt64(reader)
      } else if (tag === 0x12) {
        const length = reader.uint32()
        const start = reader.pos
        reader.skip(length)
        entries.push(body.subarray(start, start + length))
      } else {
        skipField(reader, tag)
      }
    }
    return { batchId, entries }
  })
}

function varintLength(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = value
  let next = at
  while (rest >= 0x80) {
    target[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[next++] = rest
  return next
}
