import { entryHeadSize, putEntryHead } from "@canal/protocol"

/** Bytes of memory that neighbouring entries share. */
const SLAB = 256 * 1024

/**
 * Hands out memory for entries, each behind the head that it has in a batch, so that neighbours are sent together as
 * they lie there. Small ones share a slab: a kept entry keeps its neighbours' memory too, and the store frees entries in
 * order. Large ones get memory of their own.
 */
export class SlabAllocator {
  /** The place of the last entry: from `start`, its head first, to `end`. Nobody else writes there. */
  slab: Buffer = Buffer.alloc(0)
  start = 0
  end = 0
  #shared = Buffer.alloc(0)
  #used = 0

  /** Makes room for an entry of `length` bytes and writes its head; returns where in `slab` it is to begin. */
  take(length: number): number {
    const size = entryHeadSize(length) + length
    if (size > SLAB / 8) {
      this.slab = Buffer.allocUnsafeSlow(size)
      this.start = 0
    } else {
      if (this.#used + size > this.#shared.length) {
        this.#shared = Buffer.allocUnsafeSlow(SLAB)
        this.#used = 0
      }
      this.slab = this.#shared
      this.start = this.#used
      this.#used += size
    }
    this.end = this.start + size
    return putEntryHead(this.slab, this.start, length)
  }
}
