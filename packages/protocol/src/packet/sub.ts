import protobuf from "protobufjs/minimal.js"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType } from "./packet.ts"

/** A client's wish to receive a destination. Layout: 1 destination, 2 client_id, 7 filter. */
export interface Sub {
  readonly destination: string
  /** A whole number from -32768 to 32767 as text. */
  readonly clientId: string
  /** Tables wanted, as a list of regular expressions; "" leaves what was set before. */
  readonly filter: string
}

/** The whole frame, from a client. */
export function encodeSub(message: Sub): Buffer {
  const body = protobuf.Writer.create()
  if (message.destination) body.uint32(0x0a).string(message.destination)
  if (message.clientId) body.uint32(0x12).string(message.clientId)
  if (message.filter) body.uint32(0x3a).string(message.filter)
  return encodeFrame(undefined, PacketType.SUBSCRIPTION, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeSub(body: Buffer): Sub {
  return readMessage("Sub", body, (reader, end) => {
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
