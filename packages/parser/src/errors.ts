/** What went wrong, for programs. Each code says when it is normal and what to do. */
export type ParserErrorCode =
  /** A pattern of a table filter is no regular expression. */
  | "INVALID_FILTER"
  /** The source writes no binlog (`log_bin` is off). */
  | "BINLOG_OFF"
  /** The source logs statements instead of rows (`binlog_format=STATEMENT`). */
  | "STATEMENT_FORMAT"
  /** The user may not ask for what is needed to follow the source (REPLICATION SLAVE, REPLICATION CLIENT). */
  | "PRIVILEGE_MISSING"
  /** The source no longer has the file or the transactions to start with. */
  | "POSITION_PURGED"
  /** The position to start with cannot be used with this source. */
  | "POSITION_INVALID"
  /** The source no longer holds at a place what it held there before: it was rebuilt or restored. */
  | "SOURCE_CHANGED"
  /** Rows that the table's structure does not explain. */
  | "SCHEMA_MISMATCH"
  /**
   * The source wrote changes in a form that this version cannot read. The message says which setting of the source
   * avoids it.
   */
  | "UNSUPPORTED_EVENT"
  /** The source says that its binlog lacks changes here (an INCIDENT event). Never normal. */
  | "INCIDENT"

/** The one error class of this package. The message says what happened, to what, and what to do. */
export class ParserError extends Error {
  override readonly name = "ParserError"
  readonly code: ParserErrorCode
  /** Whether the same call can succeed later without anybody's doing. */
  readonly retryable: boolean = false

  constructor(code: ParserErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
