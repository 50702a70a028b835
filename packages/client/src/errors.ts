/** What went wrong, for programs. */
export type ClientErrorCode =
  /** An option that means nothing; the message names it. */
  | "INVALID_OPTION"
  /** The server refused the user or the password. */
  | "AUTH_FAILED"
  /** None of the servers runs this destination. Normal on a reconnect while servers change places; tried again then. */
  | "DESTINATION_UNKNOWN"
  /** The server refused the subscription; the message has its words. */
  | "SUBSCRIPTION_REFUSED"
  /** The other side does not speak Canal's protocol. */
  | "NOT_CANAL"
  /** Nothing answers at the address. Normal while a server starts; tried again. */
  | "SERVER_UNREACHABLE"
  /** The connection ended. Normal when a server stops; tried again. */
  | "CONNECTION_LOST"
  /** The server said nothing for longer than it was asked to take. Tried again. */
  | "SERVER_SILENT"
  /** The server answered a request with an error, for instance because another client uses the same id. Tried again. */
  | "SERVER_REFUSED"
  /** The coordination backend refuses this process, or an option of it means nothing; the message has its words. */
  | "COORDINATION_REFUSED"
  /** A batch was acknowledged before an older one. */
  | "BATCH_OUT_OF_ORDER"
  /** A batch was acknowledged after it had been rolled back. */
  | "BATCH_ROLLED_BACK"
  /** The entries of a batch were first asked for after it had been acknowledged. */
  | "BATCH_ACKNOWLEDGED"
  /** A second loop over `batches()` was begun while the first is going on. */
  | "ALREADY_READING"
  /** The client is closed or unsubscribed. */
  | "CLOSED"

const RETRYABLE: ReadonlySet<ClientErrorCode> = new Set([
  "SERVER_UNREACHABLE",
  "CONNECTION_LOST",
  "SERVER_SILENT",
  "SERVER_REFUSED",
])

/** The one error class of this package. The message says what happened, to what, and what to do. */
export class ClientError extends Error {
  override readonly name = "ClientError"
  readonly code: ClientErrorCode
  /** Whether the same can succeed later without anybody's doing. The client itself tries such things again. */
  readonly retryable: boolean

  constructor(code: ClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = RETRYABLE.has(code)
  }
}
