import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** XID: a transaction of a transactional engine is committed. */
export interface XidEvent extends EventBase {
  readonly type: "xid"
  readonly xid: number | bigint
}

/* 8 number of the transaction. */
export function decodeXid(base: EventBase, bytes: Buffer, start: number, end: number): XidEvent {
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
    type: "xid",
    xid: new ByteReader(bytes, start, end, "XID").uint64(),
  }
}
