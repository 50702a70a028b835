import protobuf from "protobufjs/minimal.js"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType } from "./packet.ts"

/**
 * Who a client is. Layout: 1 username, 2 password, 3 net_read_timeout, 4 net_write_timeout, 5 destination, 6 client_id,
 * 7 filter, 8 start_timestamp.
 */
export interface ClientAuth {
  /** "" for none. */
  readonly username: string
  /** The scrambled password as lower-case hexadecimal text, "" for none; see `scramble`. */
  readonly password: string
  /** Milliseconds of silence after which the server may close the connection; absent or not above 0: an hour. */
  readonly netReadTimeout: number | undefined
  readonly netWriteTimeout: number | undefined
  /** With both a destination and a client id the server subscribes at once. "" otherwise. */
  readonly destination: string
  readonly clientId: string
  readonly filter: string
  /** Not used by any server. */
  readonly startTimestamp: Int64
}

/** The whole frame, from a client. */
export function encodeClientAuth(auth: Partial<ClientAuth>): Buffer {
  const body = protobuf.Writer.create()
  if (auth.username) body.uint32(0x0a).string(auth.username)
  if (auth.password) body.uint32(0x12).bytes(Buffer.from(auth.password, "latin1"))
  if (auth.netReadTimeout !== undefined) body.uint32(0x18).int32(auth.netReadTimeout)
  if (auth.netWriteTimeout !== undefined) body.uint32(0x20).int32(auth.netWriteTimeout)
  if (auth.destination) body.uint32(0x2a).string(auth.destination)
  if (auth.clientId) body.uint32(0x32).string(auth.clientId)
  if (auth.filter) body.uint32(0x3a).string(auth.filter)
  if (auth.startTimestamp) writeInt64(body.uint32(0x40), auth.startTimestamp)
  return encodeFrame(undefined, PacketType.CLIENTAUTHENTICATION, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeClientAuth(body: Buffer): ClientAuth {
  return readMessage("ClientAuth", body, (reader, end) => {
    let username = ""
    let password = ""
    let netReadTimeout: number | undefined
    let netWriteTimeout: number | undefined
    let destination = ""
    let clientId = ""
    let filter = ""
    let startTimestamp: Int64 = 0
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x0a:
          username = reader.string()
          break
        case 0x12:
          password = Buffer.from(reader.view()).toString("latin1")
          break
        case 0x18:
          netReadTimeout = reader.int32()
          break
        case 0x20:
          netWriteTimeout = reader.int32()
          break
        case 0x2a:
          destination = reader.string()
          break
        case 0x32:
          clientId = reader.string()
          break
        case 0x3a:
          filter = reader.string()
          break
        case 0x40:
          startTimestamp = readInt64(reader)
          break
        default:
          skipField(reader, tag)
      }
    }
    return {
      username,
      password,
      netReadTimeout,
      netWriteTimeout,
      destination,
      clientId,
      filter,
      startTimestamp,
    }
  })
}
