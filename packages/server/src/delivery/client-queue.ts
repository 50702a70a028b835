import type { Cursor } from "@canal/cursor-store"
import type { Entries } from "../encode/encoded-entry.ts"
import type { EventStore } from "../store/event-store.ts"
import type { ClientView } from "./client-view.ts"
import type { Mark } from "./mark.ts"
import { locate, passOver, type Place, placeAgain, placeAt, take } from "./place.ts"

/** Entries handed out to a client under one id. */
export interface OutstandingBatch {
  readonly id: number
  /** The place behind them. */
  readonly end: Place
  /** Where the client's cursor stands once they are acknowledged; `undefined` where it stays. */
  readonly cursor: Cursor | undefined
}

/** Where one clientId stands in the store. */
export class ClientQueue {
  /** As it was asked for; "" for none. */
  filter: string
  view: ClientView
  cursor: Cursor | undefined
  /** Whether it is known where the client begins; until then nothing is handed out to it or passes it. */
  isPlaced = true
  /** Whether what the client lacks comes, or will come, in the present reading of the source. */
  isReached = true
  /** The first entry not handed out yet. */
  #next: Place
  /** The first entry not acknowledged yet. */
  #acknowledged: Place
  /** The first entry that no batch's cursor stands for yet. */
  #uncounted: number
  readonly #batches = new Map<number, OutstandingBatch>()

  constructor(options: { filter: string; view: ClientView; start: number; mark?: Mark }) {
    this.filter = options.filter
    this.view = options.view
    this.#next = placeAt(options.start, options.mark)
    this.#acknowledged = this.#next
    this.#uncounted = options.start
  }

  /** The first entry that must be kept for it. */
  get acknowledged(): number {
    return this.#acknowledged.sequence
  }

  /** Batches handed out and not acknowledged. */
  get outstanding(): number {
    return this.#batches.size
  }

  /** Whether its next entry was given up, or comes in no reading yet: the source must be read anew for it. */
  isBehind(store: EventStore): boolean {
    return !this.isReached || this.#next.sequence < store.first
  }

  /** Whether it has some of its entries at an offset behind it, and perhaps not all: then its filter counts. */
  get isInsideOffset(): boolean {
    return [this.#next, this.#acknowledged].some(({ mark, sought }) => (sought?.mark ?? mark).index > 1)
  }

  /** Goes past what is behind it already and what its filter holds back. @returns whether there is an entry for it */
  advance(store: EventStore): boolean {
    if (this.isBehind(store)) return false
    const isOne = this.#next === this.#acknowledged
    const wasSought = this.#next.sought !== undefined
    this.#next = locate(this.#next, store, this.view)
    if (wasSought) this.#uncounted = this.#next.sequence
    if (isOne) this.#acknowledged = this.#next
    else if (this.#acknowledged.sequence >= store.first)
      this.#acknowledged = locate(this.#acknowledged, store, this.view)
    if (this.#next.sought === undefined) this.#next = passOver(this.#next, store, this.view)
    return this.#next.sought === undefined && this.#next.sequence < store.next
  }

  /**
   * Where nothing is outstanding, what was passed over counts as acknowledged.
   * @returns the numbers between which the cursor for it lies, if any
   */
  settle(store: EventStore): { readonly start: number; readonly end: number } | undefined {
    if (this.#batches.size > 0 || this.isBehind(store)) return undefined
    const start = Math.max(this.#acknowledged.sequence, this.#uncounted)
    this.#acknowledged = this.#next
    // While the place is still sought, no entry says the cursor for it.
    if (this.#next.sought !== undefined) return undefined
    const end = this.#next.sequence
    this.#uncounted = end
    return start < end ? { start, end } : undefined
  }

  /** Hands out the next entries. @param cursorOf the cursor that the entries between two numbers give */
  handOut(
    id: number,
    store: EventStore,
    size: number,
    cursorOf: (start: number, end: number) => Cursor | undefined,
  ): Entries {
    const { entries, end } = take(this.#next, store, this.view, size)
    this.#batches.set(id, { id, end, cursor: cursorOf(this.#uncounted, end.sequence) })
    this.#next = end
    this.#uncounted = end.sequence
    return entries
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
    const { sought } = batch.end
    this.#acknowledged = sought === undefined ? batch.end : { ...this.#acknowledged, held: undefined, sought }
  }

  /** Everything not acknowledged will be handed out again, under new ids. */
  rollBack(): void {
    this.#batches.clear()
    this.#next = this.#acknowledged
    this.#uncounted = this.#acknowledged.sequence
  }

  /** The source is read anew, and numbers begin at `start`: the places are to be found again. */
  relocate(start: number): void {
    const isOne = this.#next === this.#acknowledged
    this.#acknowledged = placeAgain(this.#acknowledged, start)
    this.#next = isOne ? this.#acknowledged : placeAgain(this.#next, start)
    for (const [id, batch] of this.#batches) {
      this.#batches.set(id, { ...batch, end: placeAgain(batch.end, start) })
    }
    this.#uncounted = start
  }

  /** Stands behind a mark, which is looked for from an entry on; batches are forgotten. */
  moveTo(start: number, mark: Mark): void {
    this.#batches.clear()
    this.#next = placeAt(start, mark)
    this.#acknowledged = this.#next
    this.#uncounted = start
  }
}
