import { ByteReader } from "../bytes/byte-reader.ts"
import { readVarlen } from "../bytes/varlen.ts"
import type { MysqlGtid } from "../position/gtid.ts"
import { formatUuid } from "../position/uuid.ts"
import type { EventBase } from "./event.ts"
import type { GtidEvent } from "./gtid.ts"

/*
 * GTID_TAGGED (MySQL 8.3) is written with MySQL's serialization library: all numbers are of variable length (see
 * bytes/varlen.ts). Version (1) · size of the whole · id of the last field that must be understood · then fields, each
 * its id and its value, in the order of their ids, and left out where empty:
 * 0 flags · 1 UUID, 16 numbers · 2 sequence, signed · 3 tag, length and bytes · 4 last committed, signed ·
 * 5 sequence number, signed · 6 immediate commit timestamp · 7 original commit timestamp, if another ·
 * 8 transaction length · 9 immediate server version · 10 original server version, if another · 11 commit group ticket.
 */
export function decodeGtidTagged(base: EventBase, bytes: Buffer, start: number, end: number): GtidEvent {
  const reader = new ByteReader(bytes, start, end, "GTID_TAGGED")
  if (readVarlen(reader) !== 1) throw reader.malformed("a serialization version other than 1")
  readVarlen(reader)
  readVarlen(reader)
  const uuid = Buffer.alloc(16)
  let flags = 0
  let sequence = 0
  let tag = ""
  let lastCommitted = 0
  let sequenceNumber = 0
  let immediateCommitTimestamp: number | undefined
  let originalCommitTimestamp: number | undefined
  let transactionLength: number | undefined
  while (reader.remaining > 0) {
    const field = readVarlen(reader)
    if (field === 0) flags = readVarlen(reader)
    else if (field === 1) for (let i = 0; i < 16; i++) uuid[i] = readVarlen(reader)
    else if (field === 2) sequence = signed(readVarlen(reader))
    else if (field === 3) tag = reader.latin1(readVarlen(reader))
    else if (field === 4) lastCommitted = signed(readVarlen(reader))
    else if (field === 5) sequenceNumber = signed(readVarlen(reader))
    else if (field === 6) immediateCommitTimestamp = readVarlen(reader)
    else if (field === 7) originalCommitTimestamp = readVarlen(reader)
    else if (field === 8) transactionLength = readVarlen(reader)
    else break
  }
  const gtid: MysqlGtid | undefined =
    sequence > 0 ? { flavor: "mysql", sourceId: formatUuid(uuid, 0), tag, sequence } : undefined
  return {
    ...base,
    type: "gtid",
    gtid,
    mayHaveStatements: (flags & 1) === 1,
    lastCommitted,
    sequenceNumber,
    immediateCommitTimestamp,
    originalCommitTimestamp: originalCommitTimestamp ?? immediateCommitTimestamp,
    transactionLength,
  }
}

/** Signed numbers carry their sign in the lowest bit; none of these is ever negative. */
function signed(value: number): number {
  return Math.floor(value / 2)
}
