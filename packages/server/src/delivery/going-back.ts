import type { Cursor } from "@canal/cursor-store"
import { publishNotice } from "../notices.ts"
import type { EventStore } from "../store/event-store.ts"
import type { ClientFilters } from "./client-filters.ts"
import type { ClientQueue } from "./client-queue.ts"
import { furthestBehind, isReachedFrom } from "./cursor-order.ts"
import type { Presence } from "./presence.ts"

export interface GoingBackOptions {
  readonly destination: string
  readonly clients: ReadonlyMap<number, ClientQueue>
  readonly presence: Presence
  readonly store: EventStore
  readonly filters: ClientFilters
  /** Stops reading the source, calls `begin`, and reads from the cursor that it says. */
  readonly goBack: () => void
}

/** Has the source read anew for clients that need what the store does not hold, and chooses from where. */
export class GoingBack {
  readonly #options: GoingBackOptions
  /** Whether the source is about to be read anew, from a cursor that is not chosen yet. */
  #isUnderWay = false
  #stopped = false

  constructor(options: GoingBackOptions) {
    this.#options = options
  }

  /** Empties the store and has the source read anew for a client; those connected find their places again. */
  startFor(clientId: number, returning: ClientQueue): void {
    const { store, destination, goBack, clients, presence } = this.#options
    if (this.#stopped || returning.cursor === undefined) {
      returning.isReached = true
      returning.relocate(store.first)
      return
    }
    if (this.#isUnderWay) {
      returning.isReached = true
      return
    }
    this.#isUnderWay = true
    const { file, offset } = returning.cursor
    publishNotice(
      "info",
      `destination ${destination} is read again from ${file}:${offset} for client ${clientId}`,
    )
    store.clear()
    for (const [id, client] of clients) {
      client.isReached = client === returning || presence.has(id)
      client.relocate(store.first)
    }
    goBack()
  }

  /** A reading begins. @returns its cursor; see `Delivery.beginReading` */
  begin(): Cursor | undefined {
    const clients = [...this.#options.clients.values()]
    if (clients.every((client) => !client.isReached)) for (const client of clients) client.isReached = true
    const start = furthestBehind(
      clients.flatMap(({ isReached, cursor }) => (isReached && cursor !== undefined ? [cursor] : [])),
    )
    for (const client of clients)
      client.isReached ||=
        start !== undefined && client.cursor !== undefined && isReachedFrom(start, client.cursor)
    const leftOut = this.#options.filters.forget()
    for (const { view } of clients) view.remember(leftOut)
    this.#isUnderWay = false
    return start
  }

  /** The source is not read any more. */
  stop(): void {
    this.#stopped = true
  }
}
