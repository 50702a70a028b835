import type { EncodedEntry } from "../encode/encoded-entry.ts"

/** Milliseconds of the source's time after which an empty transaction passes. */
const INTERVAL = 5000
/** Empty transactions dropped in a row before one passes. */
const THRESHOLD = 8192

/**
 * Drops transactions of which the filter left nothing, as Canal does: but one passes when more than 5,000 ms lie
 * between its time and the last that passed, or after 8,192 were dropped, so that cursors move on. The first passes.
 * A begin that was delivered always gets its end. Only a begin is ever held back.
 */
export class EmptyTransactions {
  #held: EncodedEntry | undefined
  #passedAt = -Infinity
  #dropped = 0

  /** @returns the entries that remain, in order. */
  filter(entries: readonly EncodedEntry[]): readonly EncodedEntry[] {
    const remaining: EncodedEntry[] = []
    for (const entry of entries) {
      const begin = this.#held
      if (entry.kind === "begin") {
        this.#held = entry
        continue
      }
      this.#held = undefined
      if (begin !== undefined) {
        if (entry.kind === "end" && !this.#passes(entry.timestamp)) continue
        remaining.push(begin)
      }
      remaining.push(entry)
    }
    return remaining
  }

  #passes(timestamp: number): boolean {
    this.#dropped += 1
    if (Math.abs(timestamp - this.#passedAt) <= INTERVAL && this.#dropped <= THRESHOLD) return false
    this.#dropped = 0
    this.#passedAt = timestamp
    return true
  }
}
