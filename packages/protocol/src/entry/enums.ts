/** What an entry is. Only the first three are ever delivered. */
export type EntryType =
  | "TRANSACTIONBEGIN"
  | "ROWDATA"
  | "TRANSACTIONEND"
  | "HEARTBEAT"
  | "GTIDLOG"
  | typeof UNRECOGNIZED

/** What happened. CINDEX and DINDEX create and drop an index, ERASE drops a table, QUERY is any other statement. */
export type EventType =
  | "INSERT"
  | "UPDATE"
  | "DELETE"
  | "CREATE"
  | "ALTER"
  | "ERASE"
  | "QUERY"
  | "TRUNCATE"
  | "RENAME"
  | "CINDEX"
  | "DINDEX"
  | "GTID"
  | "XACOMMIT"
  | "XAROLLBACK"
  | "MHEARTBEAT"
  | typeof UNRECOGNIZED

/** The kind of database that the events come from. */
export type SourceType = "ORACLE" | "MYSQL" | "PGSQL" | typeof UNRECOGNIZED

/** Stands for a number that this version does not know. */
export const UNRECOGNIZED = "UNRECOGNIZED"

const ENTRY_TYPES: readonly EntryType[] = [
  UNRECOGNIZED,
  "TRANSACTIONBEGIN",
  "ROWDATA",
  "TRANSACTIONEND",
  "HEARTBEAT",
  "GTIDLOG",
]

const EVENT_TYPES: readonly EventType[] = [
  UNRECOGNIZED,
  "INSERT",
  "UPDATE",
  "DELETE",
  "CREATE",
  "ALTER",
  "ERASE",
  "QUERY",
  "TRUNCATE",
  "RENAME",
  "CINDEX",
  "DINDEX",
  "GTID",
  "XACOMMIT",
  "XAROLLBACK",
  "MHEARTBEAT",
]

const SOURCE_TYPES: readonly SourceType[] = [UNRECOGNIZED, "ORACLE", "MYSQL", "PGSQL"]

export function entryTypeOf(number: number): EntryType {
  return ENTRY_TYPES[number] ?? UNRECOGNIZED
}

export function eventTypeOf(number: number): EventType {
  return EVENT_TYPES[number] ?? UNRECOGNIZED
}

export function sourceTypeOf(number: number): SourceType {
  return SOURCE_TYPES[number] ?? UNRECOGNIZED
}
