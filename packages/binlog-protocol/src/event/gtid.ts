import { ByteReader } from "../bytes/byte-reader.ts"
import { readUInt48, readUInt64, readUInt8 } from "../bytes/read.ts"
import { formatUuid } from "../position/uuid.ts"
import type { MysqlGtid } from "../position/gtid.ts"
import type { EventBase } from "./event.ts"

/** GTID, ANONYMOUS_GTID or GTID_TAGGED of MySQL: a transaction or a DDL begins. */
export interface GtidEvent extends EventBase {
  readonly type: "gtid"
  /** `undefined` for an anonymous transaction. */
  readonly gtid: MysqlGtid | undefined
  /** Whether the transaction may hold statements logged as text. */
  readonly mayHaveStatements: boolean
  /** The logical clock: a transaction may run beside those with a greater number than its `lastCommitted`. */
  readonly lastCommitted: number
  readonly sequenceNumber: number
  /** Microseconds since 1970 of the commit here and at the server that first wrote it; `undefined` before MySQL 8.0. */
  readonly immediateCommitTimestamp: number | undefined
  readonly originalCommitTimestamp: number | undefined
  /** Bytes of the whole transaction on the wire; `undefined` before MySQL 8.0. */
  readonly transactionLength: number | undefined
}

/*
 * 1 flags (bit 0: may have statements) · 16 server UUID · 8 sequence · 1 logical clock type (2) · 8 last committed ·
 * 8 sequence number; since MySQL 8.0: 7 immediate commit timestamp, its highest bit set where 7 bytes of the original
 * commit timestamp follow · length-encoded transaction length · server versions.
 */
export function decodeGtid(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
  anonymous: boolean,
): GtidEvent {
  const reader = new ByteReader(bytes, start, end, "GTID")
  const at = reader.take(25)
  const flags = readUInt8(bytes, at)
  const sourceId = formatUuid(bytes, at + 1)
  const sequence = reader.safe(readUInt64(bytes, at + 17))
  const gtid: MysqlGtid | undefined = anonymous ? undefined : { flavor: "mysql", sourceId, tag: "", sequence }
  let lastCommitted = 0
  let sequenceNumber = 0
  let immediateCommitTimestamp: number | undefined
  let originalCommitTimestamp: number | undefined
  let transactionLength: number | undefined
  if (reader.remaining >= 17 && readUInt8(bytes, reader.at) === 2) {
    const clock = reader.take(17)
    lastCommitted = reader.safe(readUInt64(bytes, clock + 1))
    sequenceNumber = reader.safe(readUInt64(bytes, clock + 9))
    if (reader.remaining >= 7) {
      const commit = reader.take(7)
      const low = readUInt48(bytes, commit)
      const high = readUInt8(bytes, commit + 6)
      immediateCommitTimestamp = low + (high & 0x7f) * 2 ** 48
      originalCommitTimestamp =
        high >= 0x80 ? reader.uint48() + reader.uint8() * 2 ** 48 : immediateCommitTimestamp
      if (reader.remaining > 0) transactionLength = reader.lengthEncoded()
    }
  }
  return {
    file: base.file,
    position: base.position,
    endPosition: base.endPosition,
    length: base.length,
    timestamp: base.timestamp,
    serverId: base.serverId,
    typeCode: base.typeCode,
    flags: base.flags,
    innerIndex: base.innerIndex,
    type: "gtid",
    gtid,
    mayHaveStatements: (flags & 1) === 1,
    lastCommitted,
    sequenceNumber,
    immediateCommitTimestamp,
    originalCommitTimestamp,
    transactionLength,
  }
}
