import protobuf from "protobufjs/minimal.js"
import { type Entry, readEntry } from "../entry/entry.ts"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { type MessageReader, readMessage, skipField } from "../wire/message-reader.ts"
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

/** The whole frame that says: nothing there. */
export function encodeNoMessages(): Buffer {
  const body = writeInt64(protobuf.Writer.create().uint32(0x08), NO_BATCH)
  return encodeFrame(SERVER_VERSION, PacketType.MESSAGES, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeMessages(body: Buffer): Messages {
  return readMessages(body, (_reader, start, end) => body.subarray(start, end))
}

/** A batch whose entries are decoded. */
export interface EntryBatch {
  /** -1 where there was nothing to hand out. */
  readonly batchId: Int64
  readonly entries: readonly Entry[]
}

/**
 * The same as `decodeMessages` and `decodeEntry` for each entry, at once.
 * @throws ProtocolError MALFORMED
 */
export function decodeEntryBatch(body: Buffer): EntryBatch {
  return readMessages(body, (reader, start, end) => {
    reader.pos = start
    return readEntry(reader, body, end)
  })
}

function readMessages<T>(
  body: Buffer,
  read: (reader: MessageReader, start: number, end: number) => T,
): { readonly batchId: Int64; readonly entries: readonly T[] } {
  return readMessage("Messages", body, (reader, end) => {
    let batchId: Int64 = 0
    const entries: T[] = []
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x08) {
        batchId = readInt64(reader)
      } else if (tag === 0x12) {
        const length = reader.uint32()
        const start = reader.pos
        reader.skip(length)
        entries.push(read(reader, start, reader.pos))
      } else {
        skipField(reader, tag)
      }
    }
    return { batchId, entries }
  })
}
