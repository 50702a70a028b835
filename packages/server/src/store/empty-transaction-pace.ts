/** Seconds of the source's time after which an empty transaction passes. */
const INTERVAL = 5
/** Empty transactions dropped in a row before one passes. */
const THRESHOLD = 8192

/** Which empty transactions pass: one when the source's time has moved on, or after many were dropped. The first does. */
export class EmptyTransactionPace {
  #passedAt = -Infinity
  #dropped = 0

  /** @param timestamp seconds since 1970 of the transaction's end */
  passes(timestamp: number): boolean {
    return Math.abs(timestamp - this.#passedAt) > INTERVAL || this.#dropped >= THRESHOLD
  }

  /** It was let through. */
  passed(timestamp: number): void {
    this.#dropped = 0
    this.#passedAt = timestamp
  }

  dropped(): void {
    this.#dropped += 1
  }
}
