import { ByteReader } from "../bytes/byte-reader.ts"
import type { MariadbGtid } from "../position/gtid.ts"
import type { EventBase } from "./event.ts"
import { decodeXaId } from "./xa-id.ts"
import type { XaId } from "./xa-id.ts"

/** GTID of MariaDB: a transaction begins (there is no BEGIN), or a single statement follows. */
export interface MariadbGtidEvent extends EventBase {
  readonly type: "mariadb-gtid"
  readonly gtid: MariadbGtid
  /** A single event group without a COMMIT at its end: DDL, XA COMMIT, XA ROLLBACK. */
  readonly standalone: boolean
  /** All of it can be rolled back. */
  readonly transactional: boolean
  readonly ddl: boolean
  /** What follows is the work of an XA transaction, ending in XA PREPARE: `prepared`; its verdict: `completed`. */
  readonly xa: "prepared" | "completed" | undefined
  /** The XA transaction's id; set where `xa` is. */
  readonly xid: XaId | undefined
}

const STANDALONE = 0x01
const GROUP_COMMIT_ID = 0x02
const TRANSACTIONAL = 0x04
const DDL = 0x20
const PREPARED_XA = 0x40
const COMPLETED_XA = 0x80

/*
 * 8 sequence · 4 domain · 1 flags · with GROUP_COMMIT_ID: 8 commit id · with PREPARED_XA or COMPLETED_XA: 4 format
 * id, 1 and 1 lengths of the two parts, these (MariaDB documentation, GTID_EVENT). The server is the header's.
 */
export function decodeMariadbGtid(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): MariadbGtidEvent {
  const reader = new ByteReader(bytes, start, end, "GTID")
  const sequence = reader.count64()
  const domain = reader.uint32()
  const flags = reader.uint8()
  let xa: "prepared" | "completed" | undefined
  let xid: XaId | undefined
  if ((flags & (PREPARED_XA | COMPLETED_XA)) !== 0) {
    if ((flags & GROUP_COMMIT_ID) !== 0) reader.skip(8)
    xa = (flags & PREPARED_XA) !== 0 ? "prepared" : "completed"
    xid = decodeXaId(reader, reader.uint32(), reader.uint8(), reader.uint8())
  }
  return {
    ...base,
    type: "mariadb-gtid",
    gtid: { flavor: "mariadb", domain, serverId: base.serverId, sequence },
    standalone: (flags & STANDALONE) !== 0,
    transactional: (flags & TRANSACTIONAL) !== 0,
    ddl: (flags & DDL) !== 0,
    xa,
    xid,
  }
}
