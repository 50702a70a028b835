/** Entries handed out to a client under one id: from sequence number `start` up to and without `end`. */
export interface OutstandingBatch {
  readonly id: number
  readonly start: number
  readonly end: number
}

/** Where one clientId stands in the store. */
export class ClientQueue {
  /** The first entry not handed out yet. */
  next: number
  /** The first entry not acknowledged yet. */
  acknowledged: number
  readonly #batches = new Map<number, OutstandingBatch>()

  constructor(start: number) {
    this.next = start
    this.acknowledged = start
  }

  /** Batches handed out and not acknowledged. */
  get outstanding(): number {
    return this.#batches.size
  }

  /** Hands out what lies between `next` and `end`. */
  handOut(id: number, end: number): void {
    this.#batches.set(id, { id, start: this.next, end })
    this.next = end
  }

  batch(id: number): OutstandingBatch | undefined {
    return this.#batches.get(id)
  }

  /** The oldest batch that is not acknowledged. Ids only rise, so it was the first to be added. */
  oldest(): OutstandingBatch | undefined {
    for (const batch of this.#batches.values()) return batch
    return undefined
  }

  acknowledge(batch: OutstandingBatch): void {
    this.#batches.delete(batch.id)
    this.acknowledged = batch.end
  }

  /** The next entry was acknowledged in an earlier life. Only while nothing was handed out. */
  passOver(): void {
    this.next += 1
    this.acknowledged = this.next
  }

  /** Everything not acknowledged will be handed out again, under new ids. */
  rollBack(): void {
    this.#batches.clear()
    this.next = this.acknowledged
  }
}
