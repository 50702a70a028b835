import { crc32 } from "node:zlib"
import type { Entry } from "@canal/protocol"

/** Entries of finished transactions that are remembered at least: more than a server can have forgotten of our acks. */
const REMEMBERED = 100_000

/**
 * What this process has acknowledged of late, so that a server which delivers it again after a restart, because its
 * cursor stands further back, does not show it twice.
 *
 * An entry is known by its position and by its place among the entries of that position, since all entries of a
 * compressed transaction share one. Both follow from the order: a repeated run begins somewhere in what is remembered and
 * goes on entry by entry. An entry that does not fit is shown, never dropped; so a source that was reset or exchanged
 * costs nothing but a repetition.
 */
export class Acknowledged {
  #marks: number[] = []
  /** Where the transaction begins that is not acknowledged whole. */
  #transaction = 0
  /** The next remembered entry that a repeated run can bring; `undefined` while none is expected. */
  #expected: number | undefined

  /** Remembers acknowledged entries, in their order. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.entryType === "TRANSACTIONBEGIN") this.#transaction = this.#marks.length
      this.#marks.push(markOf(entry))
    }
    if (this.#marks.length < 2 * REMEMBERED || this.#expected !== undefined) return
    const from = Math.min(this.#transaction, this.#marks.length - REMEMBERED)
    this.#marks = this.#marks.slice(from)
    this.#transaction -= from
  }

  /** A new connection begins: what comes now may be a repetition. */
  reconnected(): void {
    this.#expected = this.#marks.length === 0 ? undefined : 0
  }

  /** Whether a repetition may still be going on. */
  get repeating(): boolean {
    return this.#expected !== undefined
  }

  /** Whether the next delivered entry is one that was acknowledged. Asked once for each, in order. */
  isRepeated(entry: Entry): boolean {
    if (this.#expected === undefined) return false
    const found = this.#marks.indexOf(markOf(entry), this.#expected)
    if (found !== -1) {
      this.#expected = found + 1 === this.#marks.length ? undefined : found + 1
      return true
    }
    // Begins and ends may come additionally, around transactions of which a filter leaves nothing.
    if (entry.entryType === "ROWDATA") this.#expected = undefined
    return false
  }
}

/** A number for an entry's position: equal for the same event, different with near certainty for others. */
function markOf({ entryType, header }: Entry): number {
  const { logfileName, logfileOffset, executeTime, eventLength } = header
  const kind = entryType === "TRANSACTIONBEGIN" ? 1 : entryType === "TRANSACTIONEND" ? 2 : 3
  const hash = crc32(`${logfileName} ${logfileOffset} ${executeTime} ${eventLength}`)
  return hash * 0x20_0000 + (((logfileOffset << 2) | kind) & 0x1f_ffff)
}
