/** What is wrong with bytes that came from the other side, for programs. Each ends the connection they came from. */
export type ProtocolErrorCode =
  /** A frame announces a negative length or one above the limit: not a Canal peer, or an absurd batch. */
  | "FRAME_TOO_LARGE"
  /** Bytes that are not the message they should be. */
  | "MALFORMED"

/** The one error class of this package. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError"
  readonly code: ProtocolErrorCode
  /** Whether the same bytes could be read later: never. */
  readonly retryable = false

  constructor(code: ProtocolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
