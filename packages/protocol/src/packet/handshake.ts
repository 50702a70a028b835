import protobuf from "protobufjs/minimal.js"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType, SERVER_VERSION } from "./packet.ts"

/** The server's first packet. Layout: 1 communication_encoding, 2 seeds, 3 supported_compressions. */
export interface Handshake {
  /** 8 random bytes, fresh for each connection, that the password is scrambled with. */
  readonly seeds: Buffer
}

/** The whole frame, from a server. */
export function encodeHandshake(handshake: Handshake): Buffer {
  const body = protobuf.Writer.create().uint32(0x12).bytes(handshake.seeds)
  return encodeFrame(SERVER_VERSION, PacketType.HANDSHAKE, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeHandshake(body: Buffer): Handshake {
  return readMessage("Handshake", body, (reader, end) => {
    let seeds = Buffer.alloc(0)
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x12) seeds = Buffer.from(reader.view())
      else skipField(reader, tag)
    }
    return { seeds }
  })
}
