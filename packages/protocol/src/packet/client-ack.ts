import protobuf from "protobufjs/minimal.js"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType } from "./packet.ts"

/** A client has done with a batch. No answer but an error. Layout: 1 destination, 2 client_id, 3 batch_id. */
export interface ClientAck {
  readonly destination: string
  /** A whole number from -32768 to 32767 as text. */
  readonly clientId: string
  /** 0 is an error, -1 is ignored. */
  readonly batchId: Int64
}

/** The whole frame, from a client. */
export function encodeClientAck(message: ClientAck): Buffer {
  const body = protobuf.Writer.create()
  if (message.destination) body.uint32(0x0a).string(message.destination)
  if (message.clientId) body.uint32(0x12).string(message.clientId)
  if (message.batchId) writeInt64(body.uint32(0x18), message.batchId)
  return encodeFrame(undefined, PacketType.CLIENTACK, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeClientAck(body: Buffer): ClientAck {
  return readMessage("ClientAck", body, (reader, end) => {
    let destination = ""
    let clientId = ""
    let batchId: Int64 = 0
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x0a) destination = reader.string()
      else if (tag === 0x12) clientId = reader.string()
      else if (tag === 0x18) batchId = readInt64(reader)
      else skipField(reader, tag)
    }
    return { destination, clientId, batchId }
  })
}
