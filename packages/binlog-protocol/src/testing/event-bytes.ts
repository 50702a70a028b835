import { crc32 } from "node:zlib"

export interface EventFields {
  readonly type: number
  readonly body: Uint8Array
  readonly timestamp?: number
  readonly serverId?: number
  /** End position as the header states it; 0 unless given. */
  readonly statedEnd?: number
  readonly flags?: number
  readonly checksum?: boolean
}

/** An event as it lies in a binlog: 19 bytes of header, the body, and 4 bytes of CRC32 where wanted. */
export function eventBytes(fields: EventFields): Buffer {
  const { type, body, timestamp = 0, serverId = 1, statedEnd = 0, flags = 0, checksum = false } = fields
  const length = 19 + body.length + (checksum ? 4 : 0)
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32LE(timestamp, 0)
  bytes.writeUInt8(type, 4)
  bytes.writeUInt32LE(serverId, 5)
  bytes.writeUInt32LE(length, 9)
  bytes.writeUInt32LE(statedEnd % 2 ** 32, 13)
  bytes.writeUInt16LE(flags, 17)
  bytes.set(body, 19)
  if (checksum) bytes.writeUInt32LE(crc32(bytes.subarray(0, length - 4)), length - 4)
  return bytes
}

/** ROTATE's body. */
export function rotateBody(file: string, position: number): Buffer {
  const body = Buffer.alloc(8 + file.length)
  body.writeBigUInt64LE(BigInt(position))
  body.write(file, 8, "latin1")
  return body
}
