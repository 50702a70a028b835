import type { EntryRun } from "../encode/encoded-entry.ts"
import type { Slab } from "../encode/slab.ts"

/**
 * Counts the memory of entries that come and go in order. A slab that entries share counts whole from the first of them
 * until an entry of the next slab goes, a GTID set once for its transaction.
 */
export class HeldMemory {
  /** Bytes held. */
  bytes = 0
  #entries = 0
  /** The shared slabs that came last, and that are to go first. */
  #newest: Slab | undefined
  #oldest: Slab | undefined

  get isEmpty(): boolean {
    return this.#entries === 0
  }

  /** The bytes by which these entries would add to those held. */
  sizeOf(runs: readonly EntryRun[]): number {
    let size = 0
    let newest = this.#newest
    for (const run of runs) {
      size += ownSize(run)
      if (!run.slab.isShared || run.slab === newest) continue
      newest = run.slab
      size += newest.size
    }
    return size
  }

  add(run: EntryRun): void {
    const { slab } = run
    this.#entries += run.to - run.from
    this.bytes += ownSize(run)
    if (!slab.isShared || slab === this.#newest) return
    this.#newest = slab
    this.#oldest ??= slab
    this.bytes += slab.size
  }

  /** The oldest entries go. */
  remove(run: EntryRun): void {
    const { slab } = run
    this.#entries -= run.to - run.from
    this.bytes -= ownSize(run)
    if (this.#entries === 0) {
      this.bytes = 0
      this.#newest = undefined
      this.#oldest = undefined
    } else if (slab.isShared && this.#oldest !== undefined && slab !== this.#oldest) {
      this.bytes -= this.#oldest.size
      this.#oldest = slab
    }
  }
}

/** What entries hold alone. In GTID mode one of a transaction's entries is ackable. */
function ownSize({ slab, from, to }: EntryRun): number {
  let size = slab.isShared ? 0 : slab.size
  for (let index = from; index < to; index++) if (slab.facts(index).ackable) size += slab.gtid(index).length
  return size
}
