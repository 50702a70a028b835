import { zstdCompressSync } from "node:zlib"
import { EventTypeCode } from "../event/type-code.ts"
import { eventBytes } from "./event-bytes.ts"

export interface PayloadFields {
  /** What the payload holds when it is decompressed. */
  readonly plain: Buffer
  readonly compression?: "zstd" | "none"
  /** In place of what `plain` makes. */
  readonly payload?: Buffer
  /** The length of the events as announced; `plain`'s unless given, none for `undefined`. */
  readonly announced?: number | undefined
}

/** The body of a TRANSACTION_PAYLOAD event. */
export function payloadBody(fields: PayloadFields): Buffer {
  const { plain, compression = "zstd" } = fields
  const payload = fields.payload ?? (compression === "zstd" ? zstdCompressSync(plain) : plain)
  const announced = "announced" in fields ? fields.announced : plain.length
  return Buffer.concat([
    field(2, compression === "zstd" ? Buffer.of(0) : Buffer.of(0xfc, 255, 0)),
    announced === undefined ? Buffer.alloc(0) : field(3, lengthEncoded(announced)),
    field(1, lengthEncoded(payload.length)),
    Buffer.of(0),
    payload,
  ])
}

/** A whole TRANSACTION_PAYLOAD event. */
export function payloadEvent(fields: PayloadFields, checksum = false): Buffer {
  return eventBytes({ type: EventTypeCode.TRANSACTION_PAYLOAD, body: payloadBody(fields), checksum })
}

function field(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type, value.length), value])
}

function lengthEncoded(value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes.writeUInt8(0xfe)
  bytes.writeBigUInt64LE(BigInt(value), 1)
  return bytes
}
