import protobuf from "protobufjs/minimal.js"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType } from "./packet.ts"

/** A client's leave for good: its cursor is forgotten. Layout: 1 destination, 2 client_id, 7 filter. */
export interface Unsub {
  readonly destination: string
  /** A whole number from -32768 to 32767 as text. */
  readonly clientId: string
  /** Not used. */
  readonly filter: string
}

/** The whole frame, from a client. */
export function encodeUnsub(message: Unsub): Buffer {
  const body = protobuf.Writer.create()
  if (message.destination) body.uint32(0x0a).string(message.destination)
  if (message.clientId) body.uint32(0x12).string(message.clientId)
  if (message.filter) body.uint32(0x3a).string(message.filter)
  return encodeFrame(undefined, PacketType.UNSUBSCRIPTION, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeUnsub(body: Buffer): Unsub {
  return readMessage("Unsub", body, (reader, end) => {
    let destination = ""
    let clientId = ""
    let filter = ""
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x0a) destination = reader.string()
      else if (tag === 0x12) clientId = reader.string()
      else if (tag === 0x3a) filter = reader.string()
      else skipField(reader, tag)
    }
    return { destination, clientId, filter }
  })
}
