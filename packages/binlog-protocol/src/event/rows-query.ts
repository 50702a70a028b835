import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** ROWS_QUERY: the statement that made the rows that follow (`binlog_rows_query_log_events`). */
export interface RowsQueryEvent extends EventBase {
  readonly type: "rows-query"
  readonly sql: string
}

/* 1 length, cut to one byte and so of no use · the statement in UTF-8. */
export function decodeRowsQuery(base: EventBase, bytes: Buffer, start: number, end: number): RowsQueryEvent {
  const reader = new ByteReader(bytes, start, end, "ROWS_QUERY")
  reader.skip(1)
  return { ...base, type: "rows-query", sql: reader.utf8(reader.remaining) }
}
