import { ByteReader } from "../bytes/byte-reader.ts"
import { MariadbGtidSet } from "../position/mariadb-gtid-set.ts"
import type { EventBase } from "./event.ts"

/** GTID_LIST of MariaDB: the last transactions of the files before this one. */
export interface MariadbGtidListEvent extends EventBase {
  readonly type: "mariadb-gtid-list"
  /** Belongs to the event: take a copy before adding to it. */
  readonly gtids: MariadbGtidSet
}

/*
 * 4 count (28 bits) and flags · per GTID 4 domain, 4 server, 8 sequence. Of one domain's several servers the last
 * written is the newest.
 */
export function decodeMariadbGtidList(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): MariadbGtidListEvent {
  const reader = new ByteReader(bytes, start, end, "GTID_LIST")
  const count = reader.uint32() & 0x0f_ff_ff_ff
  if (count * 16 > reader.remaining) throw reader.malformed(`${count} GTIDs in ${reader.remaining} bytes`)
  const gtids = new MariadbGtidSet()
  for (let i = 0; i < count; i++) {
    const domain = reader.uint32()
    const serverId = reader.uint32()
    gtids.add({ flavor: "mariadb", domain, serverId, sequence: reader.count64() })
  }
  return { ...base, type: "mariadb-gtid-list", gtids }
}
