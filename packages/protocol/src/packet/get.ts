import protobuf from "protobufjs/minimal.js"
import { type Int64, readInt64, writeInt64 } from "../wire/int64.ts"
import { readMessage, skipField } from "../wire/message-reader.ts"
import { encodeFrame, PacketType } from "./packet.ts"

/** The unit of a timeout in milliseconds; the numbers are Java's TimeUnit, 0 ns to 6 d. */
export const UNIT_MILLISECONDS = 2

/**
 * A client asks for the next batch. Layout: 1 destination, 2 client_id, 3 fetch_size, 4 timeout, 5 unit, 6 auto_ack.
 */
export interface Get {
  readonly destination: string
  /** A whole number from -32768 to 32767 as text. */
  readonly clientId: string
  readonly fetchSize: number
  /** -1: at once; absent or otherwise not above 0: as long as it takes; in `unit`s. */
  readonly timeout: Int64 | undefined
  readonly unit: number | undefined
  /** Ignored by servers. */
  readonly autoAck: boolean | undefined
}

const MILLISECONDS_OF_UNIT = [1e-6, 1e-3, 1, 1000, 60_000, 3_600_000, 86_400_000]

/** How long a GET may wait in milliseconds: 0 for not at all, `Infinity` for as long as it takes. */
export function getTimeoutMilliseconds(get: Get): number {
  const timeout = Number(get.timeout ?? 0)
  if (timeout === -1) return 0
  return timeout > 0 ? timeout * (MILLISECONDS_OF_UNIT[get.unit ?? 0] ?? 1) : Infinity
}

/** The whole frame, from a client. */
export function encodeGet(get: Get): Buffer {
  const body = protobuf.Writer.create()
  if (get.destination) body.uint32(0x0a).string(get.destination)
  if (get.clientId) body.uint32(0x12).string(get.clientId)
  if (get.fetchSize) body.uint32(0x18).int32(get.fetchSize)
  if (get.timeout !== undefined) writeInt64(body.uint32(0x20), get.timeout)
  if (get.unit !== undefined) body.uint32(0x28).int32(get.unit)
  if (get.autoAck !== undefined) body.uint32(0x30).bool(get.autoAck)
  return encodeFrame(undefined, PacketType.GET, body)
}

/** @throws ProtocolError MALFORMED */
export function decodeGet(body: Buffer): Get {
  return readMessage("Get", body, (reader, end) => {
    let destination = ""
    let clientId = ""
    let fetchSize = 0
    let timeout: Int64 | undefined
    let unit: number | undefined
    let autoAck: boolean | undefined
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x0a:
          destination = reader.string()
          break
        case 0x12:
          clientId = reader.string()
          break
        case 0x18:
          fetchSize = reader.int32()
          break
        case 0x20:
          timeout = readInt64(reader)
          break
        case 0x28:
          unit = reader.int32()
          break
        case 0x30:
          autoAck = reader.bool()
          break
        default:
          skipField(reader, tag)
      }
    }
    return { destination, clientId, fetchSize, timeout, unit, autoAck }
  })
}
