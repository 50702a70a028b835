import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/**
 * TRANSACTION_PAYLOAD (MySQL 8.0.20, `binlog_transaction_compression`): the events of a transaction behind its GTID,
 * compressed together. They follow this event, each with `innerIndex`.
 */
export interface TransactionPayloadEvent extends EventBase {
  readonly type: "transaction-payload"
  readonly compression: "zstd" | "none"
  /** Bytes of the compressed events. */
  readonly payloadLength: number
  /** Bytes of the events; `undefined` where the source does not say it. */
  readonly uncompressedLength: number | undefined
}

const END = 0
const PAYLOAD_LENGTH = 1
const COMPRESSION = 2
const UNCOMPRESSED_LENGTH = 3

const ZSTD = 0
const NONE = 255

/*
 * Fields, each a type, the length of its value and the value, all length-encoded (a number's value too): 0 the end,
 * which has no more · 1 bytes of the payload · 2 compression: 0 zstd, 255 none · 3 bytes of the events. Then the payload.
 */
export function decodeTransactionPayload(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): { readonly event: TransactionPayloadEvent; readonly payload: Buffer } {
  const reader = new ByteReader(bytes, start, end, "TRANSACTION_PAYLOAD")
  let payloadLength: number | undefined
  let uncompressedLength: number | undefined
  let compression = NONE
  for (;;) {
    const type = reader.lengthEncoded()
    if (type === END) break
    const field = reader.part(reader.lengthEncoded())
    if (type === PAYLOAD_LENGTH) payloadLength = field.lengthEncoded()
    else if (type === COMPRESSION) compression = field.lengthEncoded()
    else if (type === UNCOMPRESSED_LENGTH) uncompressedLength = field.lengthEncoded()
  }
  if (compression !== ZSTD && compression !== NONE) throw reader.malformed(`the compression ${compression}`)
  payloadLength ??= reader.remaining
  const event: TransactionPayloadEvent = {
    ...base,
    type: "transaction-payload",
    compression: compression === ZSTD ? "zstd" : "none",
    payloadLength,
    uncompressedLength: uncompressedLength ?? (compression === NONE ? payloadLength : undefined),
  }
  return { event, payload: reader.view(payloadLength) }
}
