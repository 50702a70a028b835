import type { EventBase } from "@canal/binlog-protocol"
import type { BeginChange, CommitChange, TransactionGtid } from "../change.ts"

/*
 * The begin and the end of a transaction: with its rows the changes that come most often, so that they are written out
 * member by member, in the order that rows have.
 */

export function beginChange(
  event: EventBase,
  gtid: TransactionGtid | undefined,
  threadId: number | undefined,
  xid: string | undefined,
): BeginChange {
  return {
    kind: "begin",
    file: event.file,
    offset: event.position,
    length: event.length,
    timestamp: event.timestamp,
    serverId: event.serverId,
    gtid,
    threadId,
    xid,
  }
}

export function commitChange(
  event: EventBase,
  gtid: TransactionGtid | undefined,
  transactionId: string,
  xid: string | undefined,
): CommitChange {
  return {
    kind: "commit",
    file: event.file,
    offset: event.position,
    length: event.length,
    timestamp: event.timestamp,
    serverId: event.serverId,
    gtid,
    transactionId,
    xid,
  }
}
