import protobuf from "protobufjs/minimal.js"
import { FRAME_HEADER_BYTES } from "../frame/frame-decoder.ts"
import { readMessage, skipField } from "../wire/message-reader.ts"

/** The kinds of packets, by Canal's numbers. */
export const PacketType = {
  HANDSHAKE: 1,
  CLIENTAUTHENTICATION: 2,
  ACK: 3,
  SUBSCRIPTION: 4,
  UNSUBSCRIPTION: 5,
  GET: 6,
  MESSAGES: 7,
  CLIENTACK: 8,
  SHUTDOWN: 9,
  DUMP: 10,
  HEARTBEAT: 11,
  CLIENTROLLBACK: 12,
} as const
export type PacketType = (typeof PacketType)[keyof typeof PacketType]

/** The version that servers put on their packets. */
export const SERVER_VERSION = 1

/**
 * The envelope of every packet.
 * Layout: 1 magic_number, 2 version, 3 type, 4 compression, 5 body; see proto/CanalProtocol.proto.
 */
export interface Packet {
  readonly version: number | undefined
  /** A `PacketType`, or whatever else the peer sent. */
  readonly type: number
  /** 0 and 1 mean none; no Canal peer sends anything else. */
  readonly compression: number
  /** A view of the bytes that were read. */
  readonly body: Buffer
}

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(PacketType).map(([name, number]) => [number, name]),
)

/** A packet type as Canal's messages spell it. */
export function packetTypeName(type: number): string {
  return NAMES.get(type) ?? (type === 0 ? "PACKAGETYPECOMPATIBLEPROTO2" : "UNRECOGNIZED")
}

/** @throws ProtocolError MALFORMED */
export function decodePacket(bytes: Buffer): Packet {
  return readMessage("Packet", bytes, (reader, end) => {
    let version: number | undefined
    let type = 0
    let compression = 0
    let body = bytes.subarray(0, 0)
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x10:
          version = reader.int32()
          break
        case 0x18:
          type = reader.int32()
          break
        case 0x20:
          compression = reader.int32()
          break
        case 0x2a:
          body = reader.view()
          break
        default:
          skipField(reader, tag)
      }
    }
    return { version, type, compression, body }
  })
}

/**
 * A whole frame, ready to be written: length, envelope, body.
 * @param version `SERVER_VERSION` from a server, `undefined` from a client.
 * @param body the message that `type` names; ended here.
 */
export function encodeFrame(version: number | undefined, type: PacketType, body: protobuf.Writer): Buffer {
  const packet = protobuf.Writer.create()
  if (version !== undefined) packet.uint32(0x10).int32(version)
  packet.uint32(0x18).int32(type)
  if (body.len > 0) packet.uint32(0x2a).bytes(body.finish())
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + packet.len)
  frame.writeInt32BE(packet.len)
  frame.set(packet.finish(), FRAME_HEADER_BYTES)
  return frame
}
