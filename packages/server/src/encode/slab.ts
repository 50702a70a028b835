import { entryHeadSize, putEntryHead } from "@canal/protocol"

/** Bytes of memory that neighbouring entries share. */
const SLAB = 256 * 1024

/** Slabs kept to be used again, all instances together. */
const MOST_UNUSED = 64

const unused: Slab[] = []

/**
 * Memory in which entries lie. Whoever needs them to stay there keeps it, and lets go of it once for each time: when
 * nobody keeps it any more, a shared one is used again for other entries. What is never let go of is left to the garbage
 * collector.
 */
export class Slab {
  readonly bytes: Buffer
  #keepers = 1

  /** It is kept once, by its maker. */
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  /** One for small entries. */
  static shared(): Slab {
    const slab = unused.pop()
    if (slab === undefined) return new Slab(SLAB)
    slab.#keepers = 1
    return slab
  }

  get length(): number {
    return this.bytes.length
  }

  keep(): void {
    this.#keepers++
  }

  letGo(): void {
    if (--this.#keepers === 0 && this.length === SLAB && unused.length < MOST_UNUSED) unused.push(this)
  }
}

const NONE = new Slab(0)

/**
 * Hands out memory for entries, each behind the head that it has in a batch, so that neighbours are sent together as
 * they lie there. Small ones share a slab: a kept entry keeps its neighbours' memory too, and the store frees entries in
 * order. Large ones get memory of their own.
 */
export class SlabAllocator {
  /** The place of the last entry: from `start`, its head first, to `end`. Nobody else writes there while it is kept. */
  slab: Slab = NONE
  start = 0
  end = 0
  /** Kept while entries are added to it. */
  #shared = NONE
  #used = 0

  /** Makes room for an entry of `length` bytes, keeps it, and writes its head; returns where in `slab` it is to begin. */
  take(length: number): number {
    const size = entryHeadSize(length) + length
    if (size > SLAB / 8) {
      this.slab = new Slab(size)
      this.start = 0
    } else {
      if (this.#used + size > this.#shared.length) {
        this.#shared.letGo()
        this.#shared = Slab.shared()
        this.#used = 0
      }
      this.#shared.keep()
      this.slab = this.#shared
      this.start = this.#used
      this.#used += size
    }
    this.end = this.start + size
    return putEntryHead(this.slab.bytes, this.start, length)
  }
}
