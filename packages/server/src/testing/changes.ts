import type { Change, ChangeOrigin, TransactionGtid } from "@canal/parser"

/** Where a change of the tests is: its offset is also its time. */
const at = (offset: number, gtid?: TransactionGtid): ChangeOrigin => ({
  file: "binlog.000003",
  offset,
  length: 10,
  timestamp: 1_700_000_000 + offset,
  serverId: 1,
  gtid,
})

export const begin = (offset: number, gtid?: TransactionGtid): Change => ({
  kind: "begin",
  threadId: 1,
  xid: undefined,
  ...at(offset, gtid),
})

export const commit = (offset: number, gtid?: TransactionGtid): Change => ({
  kind: "commit",
  transactionId: "5",
  xid: undefined,
  ...at(offset, gtid),
})

export const statement = (offset: number, gtid?: TransactionGtid): Change => ({
  kind: "statement",
  statement: "insert",
  schema: "shop",
  table: "t",
  defaultSchema: "shop",
  sql: "INSERT INTO t VALUES (1)",
  ...at(offset, gtid),
})

export const heartbeat = (offset: number, gtid?: TransactionGtid): Change => ({
  kind: "heartbeat",
  ...at(offset, gtid),
  length: 0,
})
