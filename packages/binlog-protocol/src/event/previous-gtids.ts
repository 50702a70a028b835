import { MysqlGtidSet } from "../position/mysql-gtid-set.ts"
import type { EventBase } from "./event.ts"

/** PREVIOUS_GTIDS: all transactions of the files before this one, purged ones included. */
export interface PreviousGtidsEvent extends EventBase {
  readonly type: "previous-gtids"
  /** Belongs to the event: take a copy before adding to it. */
  readonly gtids: MysqlGtidSet
}

/* The body is an encoded GTID set, see `MysqlGtidSet.decode`. */
export function decodePreviousGtids(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): PreviousGtidsEvent {
  return { ...base, type: "previous-gtids", gtids: MysqlGtidSet.decode(bytes, start, end) }
}
