import { channel } from "node:diagnostics_channel"

/** What happened around following a source that someone who runs it may want to read. */
export interface Notice {
  readonly level: "debug" | "info" | "warning"
  readonly code: NoticeCode
  /** What happened, to what, and what to do. */
  readonly message: string
}

export type NoticeCode =
  /** The dump of the binlog runs. */
  | "connected"
  /** The dump ended; it is tried again. */
  | "disconnected"
  /** The source is still not there. Published at most once a minute. */
  | "waiting"
  /** Where following begins. */
  | "start"
  /** Statements may come as text instead of rows (`binlog_format=MIXED`). */
  | "mixed-format"
  /** Row images lack columns (`binlog_row_image` is not FULL). */
  | "partial-images"
  /** The names of a table's columns are not known; they are called @1, @2, … */
  | "unknown-columns"
  /** The source did not send a transaction again as before; all of it is delivered anew. */
  | "transaction-repeated"

const notices = channel("canal:parser")

/** Publishes to the diagnostics channel `canal:parser`; messages are `Notice`. */
export function publishNotice(level: Notice["level"], code: NoticeCode, message: string): void {
  if (notices.hasSubscribers) notices.publish({ level, code, message } satisfies Notice)
}
