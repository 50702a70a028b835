/** What went wrong, for programs. Each code says when it is normal and what to do. */
export type BinlogErrorCode =
  /** Nothing answers at the address, or the connection ended. Normal while a source restarts; try again. */
  | "CONNECTION_LOST"
  /** The source refused the user or the password. */
  | "ACCESS_DENIED"
  /** The user lacks a privilege that replication needs (REPLICATION SLAVE, REPLICATION CLIENT). */
  | "PRIVILEGE_MISSING"
  /** TLS was required and could not be had, or the certificate did not verify. */
  | "TLS_FAILED"
  /** The source writes no binlog (`log_bin` is off). */
  | "BINLOG_OFF"
  /** The source no longer has the file or the transactions asked for. */
  | "POSITION_PURGED"
  /** The position asked for is not one at which an event starts, or lies behind the end of the binlog. */
  | "POSITION_INVALID"
  /** Another replica uses the same server id. */
  | "DUPLICATE_SERVER_ID"
  /** Nothing arrived for three heartbeat periods while we were reading, or no answer to a question. Try again. */
  | "SOURCE_SILENT"
  /** The source ended the dump with an error of its own; the message has it. */
  | "SOURCE_ERROR"
  /** Bytes ended before the value they announced. */
  | "TRUNCATED"
  /** The CRC32 of an event is not the one it carries. */
  | "CHECKSUM_MISMATCH"
  /** Bytes that no layout explains. */
  | "MALFORMED"
  /** A text is not a position, a GTID or a GTID set. */
  | "INVALID_TEXT"

/** The one error class of this package. The message says what happened, to what, and what to do. */
export class BinlogError extends Error {
  override readonly name = "BinlogError"
  readonly code: BinlogErrorCode
  /** Whether the same call can succeed later without anybody's doing. */
  readonly retryable: boolean

  constructor(code: BinlogErrorCode, message: string, options?: { cause?: unknown; retryable?: boolean }) {
    super(message, options)
    this.code = code
    this.retryable = options?.retryable ?? (code === "CONNECTION_LOST" || code === "SOURCE_SILENT")
  }
}
