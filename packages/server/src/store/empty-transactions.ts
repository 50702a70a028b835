import type { Change } from "@canal/parser"
import { EmptyTransactionPace } from "./empty-transaction-pace.ts"

/**
 * Drops transactions of which the filter left nothing, as Canal does: but one passes when more than 5 s lie between its
 * time and the last that passed, or after 8,192 were dropped, so that cursors move on. The first passes. A begin that
 * was delivered always gets its end. Only a begin is ever held back. Works before encoding: what is dropped costs no
 * memory beside what stays.
 */
export class EmptyTransactions {
  #held: Change | undefined
  readonly #pace = new EmptyTransactionPace()

  /** @returns the changes that remain, in order. Heartbeats make no entries and are left out. */
  filter(changes: readonly Change[]): readonly Change[] {
    const remaining: Change[] = []
    for (const change of changes) {
      if (change.kind === "heartbeat") continue
      const begin = this.#held
      if (change.kind === "begin") {
        this.#held = change
        continue
      }
      this.#held = undefined
      if (begin !== undefined) {
        if (change.kind === "commit" && !this.#passes(change.timestamp)) continue
        remaining.push(begin)
      }
      remaining.push(change)
    }
    return remaining
  }

  #passes(timestamp: number): boolean {
    const passes = this.#pace.passes(timestamp)
    if (passes) this.#pace.passed(timestamp)
    else this.#pace.dropped()
    return passes
  }
}
