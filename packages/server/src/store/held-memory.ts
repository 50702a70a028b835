import type { EncodedEntry } from "../encode/encoded-entry.ts"
import type { Slab } from "../encode/slab.ts"

/** Bytes of memory that an entry takes besides its slab: its object, its numbers, its place in the store. */
const OVERHEAD = 128

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
  sizeOf(entries: readonly EncodedEntry[]): number {
    let size = 0
    let newest = this.#newest
    for (const entry of entries) {
      size += ownSize(entry)
      if (!isShared(entry) || entry.slab === newest) continue
      newest = entry.slab
      size += newest.length
    }
    return size
  }

  add(entry: EncodedEntry): void {
    this.#entries += 1
    this.bytes += ownSize(entry)
    if (!isShared(entry) || entry.slab === this.#newest) return
    this.#newest = entry.slab
    this.#oldest ??= entry.slab
    this.bytes += entry.slab.length
  }

  /** The oldest entry goes. */
  remove(entry: EncodedEntry): void {
    this.#entries -= 1
    this.bytes -= ownSize(entry)
    if (this.#entries === 0) {
      this.bytes = 0
      this.#newest = undefined
      this.#oldest = undefined
    } else if (isShared(entry) && this.#oldest !== undefined && entry.slab !== this.#oldest) {
      this.bytes -= this.#oldest.length
      this.#oldest = entry.slab
    }
  }
}

function isShared({ slab, start, end }: EncodedEntry): boolean {
  return end - start < slab.length
}

/** What an entry holds alone. In GTID mode one of a transaction's entries is ackable. */
function ownSize(entry: EncodedEntry): number {
  return OVERHEAD + (isShared(entry) ? 0 : entry.slab.length) + (entry.ackable ? entry.gtid.length : 0)
}
