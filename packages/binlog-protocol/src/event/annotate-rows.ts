import type { EventBase } from "./event.ts"

/** ANNOTATE_ROWS of MariaDB: the statement that made the rows that follow. */
export interface AnnotateRowsEvent extends EventBase {
  readonly type: "annotate-rows"
  readonly sql: string
}

/* All of it is the statement in UTF-8. */
export function decodeAnnotateRows(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): AnnotateRowsEvent {
  return { ...base, type: "annotate-rows", sql: bytes.toString("utf8", start, end) }
}
