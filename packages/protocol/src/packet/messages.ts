import protobuf from "protobufjs/minimal.js"
import { type Entry, readEntry } from "../entry/entry.ts"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { type MessageReader, nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType, SERVER_VERSION } from "./packet.ts"

/** A batch of entries. Layout: 1 batch_id, 2 messages (each a serialized Entry). */
export interface Messages<Item = Buffer> {
  /** -1 where there was nothing to hand out. */
  readonly batchId: Int64
  /** Views of the bytes that were read, or what was decoded of them. */
  readonly entries: readonly Item[]
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
  return readMessages(body, (reader) => reader.view())
}

/**
 * The same as `decodeMessages` and then `decodeEntry`.
 * @throws ProtocolError MALFORMED
 */
export function decodeEntries(body: Buffer): Messages<Entry> {
  return readMessages(body, (reader, end) => readEntry(reader, nestedEnd(reader, end)))
}

function readMessages<Item>(
  body: Buffer,
  readItem: (reader: MessageReader, end: number) => Item,
): Messages<Item> {
  return readMessage("Messages", body, (reader, end) => {
    let batchId: Int64 = 0
    const entries: Item[] = []
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x08) batchId = readInt64(reader)
      else if (tag === 0x12) entries.push(readItem(reader, end))
      else skipField(reader, tag)
    }
    return { batchId, entries }
  })
}
