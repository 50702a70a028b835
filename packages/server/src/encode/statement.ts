import type { ByteWriter } from "@canal/binlog-protocol"
import type { DdlChange, StatementChange, StatementKind, XaChange } from "@canal/parser"
import { EventType } from "./entry-format.ts"
import { bytesTag, varintTag, writeStringField, writeVarintField } from "./protobuf.ts"
import { writeXaProps } from "./transaction.ts"

/*
 * RowChange of statements: 2 eventType, 10 isDdl, 11 sql, 13 props, 14 ddlSchemaName. Helper events have only 2 and
 * 11, XA verdicts 2, 11 and 13.
 */

const EVENT_TYPES: Readonly<Record<StatementKind, EventType>> = {
  "create-table": EventType.CREATE,
  "alter-table": EventType.ALTER,
  "drop-table": EventType.ERASE,
  "truncate-table": EventType.TRUNCATE,
  "rename-table": EventType.RENAME,
  "create-index": EventType.CINDEX,
  "drop-index": EventType.DINDEX,
  "create-database": EventType.QUERY,
  "drop-database": EventType.QUERY,
  insert: EventType.INSERT,
  update: EventType.UPDATE,
  delete: EventType.DELETE,
  other: EventType.QUERY,
}

export function statementEventType(kind: StatementKind): EventType {
  return EVENT_TYPES[kind]
}

export function writeStatement(change: DdlChange | StatementChange, out: ByteWriter): void {
  writeVarintField(varintTag(2), EVENT_TYPES[change.statement], out)
  if (change.kind === "statement" && change.statement === "other")
    return writeStringField(bytesTag(11), change.sql, out)
  writeVarintField(varintTag(10), change.kind === "ddl" ? 1 : 0, out)
  writeStringField(bytesTag(11), change.sql, out)
  if (change.defaultSchema) writeStringField(bytesTag(14), change.defaultSchema, out)
}

export function xaEventType({ verdict }: XaChange): EventType {
  return verdict === "commit" ? EventType.XACOMMIT : EventType.XAROLLBACK
}

export function writeXaVerdict(change: XaChange, out: ByteWriter): void {
  writeVarintField(varintTag(2), xaEventType(change), out)
  writeStringField(bytesTag(11), change.sql, out)
  writeXaProps(bytesTag(13), change.verdict === "commit" ? "XA COMMIT" : "XA ROLLBACK", change.xid, out)
}
