import protobuf from "protobufjs/minimal.js"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType, SERVER_VERSION } from "./packet.ts"

/** The server's yes (no code) or no (a code above 0). Layout: 1 error_code, 2 error_message. */
export interface Ack {
  readonly errorCode: number | undefined
  /** "" on success. */
  readonly errorMessage: string
}

/** The codes of an error. */
export const AckErrorCode = {
  /** A refused user or password, an unsupported packet, or anything that went wrong while serving. */
  FAILED: 400,
  /** The destination or the client id is missing. */
  IDENTITY_MISSING: 401,
  /** An acknowledgement without a batch id. */
  BATCH_ID_MISSING: 402,
} as const
export type AckErrorCode = (typeof AckErrorCode)[keyof typeof AckErrorCode]

/** The whole frame, from a server. Without an argument: success. */
export function encodeAck(ack?: Ack): Buffer {
  const body = protobuf.Writer.create()
  if (ack?.errorCode !== undefined) body.uint32(0x08).int32(ack.errorCode)
  if (ack?.errorMessage) body.uint32(0x12).string(ack.errorMessage)
  return encodeFrame(SERVER_VERSION, PacketType.ACK, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeAck(body: Buffer): Ack {
  return readMessage("Ack", body, (reader, end) => {
    let errorCode: number | undefined
    let errorMessage = ""
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x08) errorCode = reader.int32()
      else if (tag === 0x12) errorMessage = reader.string()
      else skipField(reader, tag)
    }
    return { errorCode, errorMessage }
  })
}
