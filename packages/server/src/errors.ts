/** What went wrong, for programs. */
export type ServerErrorCode =
  /** No such destination is being run here. */
  | "NOT_RUNNING"
  /** The client asked for data before it subscribed, or after it unsubscribed. */
  | "NOT_SUBSCRIBED"
  /** A client acknowledged or rolled back a batch that it does not have. Normal after somebody else's rollback. */
  | "BATCH_UNKNOWN"
  /** A client acknowledged or rolled back a batch while an older one is not acknowledged. */
  | "BATCH_OUT_OF_ORDER"
  /** Options that contradict each other or mean nothing. */
  | "INVALID_OPTIONS"
  /** A source cannot be followed; the cause says why. The message is for people. */
  | "SOURCE_FAILED"
  /** The address for clients cannot be listened on; the message says why. */
  | "CANNOT_LISTEN"

/** The one error class of this package. The message says what happened, to what, and what to do. */
export class ServerError extends Error {
  override readonly name = "ServerError"
  readonly code: ServerErrorCode
  readonly retryable = false

  constructor(code: ServerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
