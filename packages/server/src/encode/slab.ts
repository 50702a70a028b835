/** Bytes of memory that neighbouring entries share. */
const SLAB = 256 * 1024

/**
 * Hands out memory for entries. Small ones share a slab: a kept entry keeps its neighbours' memory too, and the store
 * frees entries in order. Large ones get memory of their own.
 */
export class SlabAllocator {
  #slab = Buffer.alloc(0)
  #used = 0

  /** Memory of exactly `size` bytes, not cleared, that nobody else writes to. */
  take(size: number): Buffer {
    if (size > SLAB / 8) return Buffer.allocUnsafeSlow(size)
    if (this.#used + size > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB)
      this.#used = 0
    }
    const start = this.#used
    this.#used = start + size
    return this.#slab.subarray(start, this.#used)
  }
}
