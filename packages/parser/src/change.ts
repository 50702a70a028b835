import type { ColumnHints, RowImage, RowsEvent } from "@canal/binlog-protocol"
import type { SourceTable } from "./table/source-table.ts"

/**
 * What happened at the source, in its order. A transaction is `begin`, then any of `rows`, `ddl` and `statement`,
 * then `commit`. A DDL that is no part of a transaction stands alone.
 */
export type Change =
  | BeginChange
  | RowsChange
  | DdlChange
  | StatementChange
  | XaChange
  | CommitChange
  | HeartbeatChange

/** Where in the binlog, when and by whom. */
export interface ChangeOrigin {
  readonly file: string
  /** Offset of the event's first byte. For events out of a compressed transaction: that of the outer event. */
  readonly offset: number
  /** Bytes of the event. */
  readonly length: number
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly serverId: number
  /** The transaction's GTIDs; only when the source is followed by GTID. One object for all of a transaction. */
  readonly gtid: TransactionGtid | undefined
}

export interface TransactionGtid {
  /** All transactions up to and including this one, as a GTID set in text. */
  readonly executed: string
  /** This transaction's own GTID. */
  readonly current: string
  /** MySQL's logical clock; `undefined` for MariaDB. */
  readonly sequenceNumber: number | undefined
  readonly lastCommitted: number | undefined
}

export interface BeginChange extends ChangeOrigin {
  readonly kind: "begin"
  /** The connection that wrote the transaction; `undefined` where the source does not say (MariaDB). */
  readonly threadId: number | undefined
  /** The XA transaction's id as the source wrote it, with whatever stands behind `XA START`. */
  readonly xid: string | undefined
}

export interface RowsChange extends ChangeOrigin {
  readonly kind: "rows"
  readonly table: SourceTable
  /** The rows as bytes: the encoder reads them without making values. */
  readonly event: RowsEvent
  /** What is known of the columns beyond the table map; give it to `rowReader`. */
  readonly hints: ColumnHints | undefined
  /** Reads the rows into JavaScript values, anew at each call. */
  values(): readonly RowImage[]
}

/** What a statement does, told by its first words. */
export type StatementKind =
  | "create-table"
  | "alter-table"
  | "drop-table"
  | "truncate-table"
  | "rename-table"
  | "create-index"
  | "drop-index"
  | "create-database"
  | "drop-database"
  | "insert"
  | "update"
  | "delete"
  | "other"

/** A statement that changes structure. */
export interface DdlChange extends ChangeOrigin {
  readonly kind: "ddl"
  readonly statement: StatementKind
  /** The first object the statement names; `undefined` where it names none or cannot be read. */
  readonly schema: string | undefined
  readonly table: string | undefined
  /** The other tables it names, as `schema.table`; absent where there are none. */
  readonly otherTables?: readonly string[]
  /** The session's default database. */
  readonly defaultSchema: string | undefined
  readonly sql: string
}

/** A statement logged as text: statement-format DML, its helper events, or the text that led to the next rows. */
export interface StatementChange extends ChangeOrigin {
  readonly kind: "statement"
  /** `other` for helper events (ROWS_QUERY, ANNOTATE_ROWS, INTVAR, RAND, USER_VAR). */
  readonly statement: StatementKind
  /** "" for helper events. */
  readonly schema: string
  readonly table: string
  /** The other tables it names, as `schema.table`; absent where there are none. */
  readonly otherTables?: readonly string[]
  readonly defaultSchema: string | undefined
  readonly sql: string
}

/** The verdict on a prepared XA transaction, whose rows came earlier. */
export interface XaChange extends ChangeOrigin {
  readonly kind: "xa"
  readonly verdict: "commit" | "rollback"
  readonly xid: string
  readonly sql: string
}

export interface CommitChange extends ChangeOrigin {
  readonly kind: "commit"
  /** XID of the storage engine in decimal; "0" where the transaction ended with a COMMIT or XA END statement. */
  readonly transactionId: string
  /** Set where an XA transaction ends with XA END. */
  readonly xid: string | undefined
}

/** The source is there and has nothing new, up to this position. */
export interface HeartbeatChange extends ChangeOrigin {
  readonly kind: "heartbeat"
}
