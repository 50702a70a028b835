import type { Cursor, CursorStore, SourceAddress } from "@canal/cursor-store"
import { publishNotice } from "../notices.ts"
import type { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import type { ClientFilters } from "./client-filters.ts"
import { ClientQueue } from "./client-queue.ts"
import { ClientView } from "./client-view.ts"
import { cursorOfPosition } from "./cursor-of.ts"
import type { GoingBack } from "./going-back.ts"
import { type Mark, markOfCursor, NOWHERE } from "./mark.ts"

export interface SubscribingOptions {
  /** The subscribed clients, which this adds to and takes from. */
  readonly clients: Map<number, ClientQueue>
  readonly store: EventStore
  readonly cursors: CursorStore
  readonly source: SourceAddress
  readonly position: (signal: AbortSignal) => Promise<StreamPosition>
  readonly filters: ClientFilters
  readonly goingBack: GoingBack
  /** A client may have something to get now. */
  readonly wake: () => void
}

/** Who is subscribed, by which filter, and where each begins. */
export class Subscribing {
  readonly #options: SubscribingOptions

  constructor(options: SubscribingOptions) {
    this.#options = options
  }

  /** Begins with the clients that the cursor store knows. */
  async load(): Promise<void> {
    const { cursors, store, filters, clients } = this.#options
    for (const { clientId, filter } of await cursors.subscriptions()) {
      const cursor = await cursors.cursor(clientId)
      const mark = this.#markOf(cursor)
      const readable = this.#readable(clientId, filter)
      const view = new ClientView(filters.of(readable))
      const client = new ClientQueue({ filter: readable, view, start: store.first, mark })
      client.cursor = cursor
      clients.set(clientId, client)
    }
    this.#uniteFilters()
  }

  /** What somebody else stored may be no filter: then the client gets too much rather than too little. */
  #readable(clientId: number, filter: string): string {
    try {
      this.#options.filters.of(filter)
      return filter
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      publishNotice(
        "error",
        `client ${clientId} below ${this.#options.cursors.place} has a filter that cannot be read (${reason}): it gets the destination's tables until it subscribes with another`,
        error,
      )
      return ""
    }
  }

  /** See `Delivery.subscribe`. */
  async subscribe(clientId: number, filter: string, signal: AbortSignal): Promise<void> {
    const { cursors, filters, position, clients, store, goingBack } = this.#options
    const view = new ClientView(filters.of(filter))
    if ((await cursors.cursor(clientId)) === undefined) await position(signal)
    await cursors.subscribe({ clientId, filter })
    const known = clients.get(clientId)
    const client = known ?? new ClientQueue({ filter, view, start: store.first })
    clients.set(clientId, client)
    if (known === undefined) this.#uniteFilters()
    else if (known.filter !== filter) this.#replaceFilter(clientId, known, filter, view)
    if (client.cursor === undefined) {
      client.isPlaced = false
      await this.#placeFirst(clientId, client, signal)
    }
    // Its cursor may be one that was moved a moment ago, when reading began.
    await cursors.flush()
    if (clients.get(clientId) === client && client.isBehind(store)) goingBack.startFor(clientId, client)
  }

  /** A client without a cursor gets all that the store holds; what it holds the rest of is read again for it. */
  async #placeFirst(clientId: number, client: ClientQueue, signal: AbortSignal): Promise<void> {
    const { cursors, store, source, position, filters } = this.#options
    const standing = await position(signal)
    if (client.cursor === undefined) {
      client.cursor = cursorOfPosition(store.resumePoint() ?? standing, source)
      client.moveTo(store.first, this.#markOf(client.cursor))
      if (store.beginsInside || filters.hasRefused(client.view.filter))
        this.#options.goingBack.startFor(clientId, client)
      cursors.move(clientId, client.cursor)
    }
    client.isPlaced = true
    this.#options.wake()
  }

  #replaceFilter(clientId: number, client: ClientQueue, filter: string, view: ClientView): void {
    const { filters } = this.#options
    const isWidened = client.view.isWidenedBy(view.filter) || filters.hasRefused(view.filter)
    if (!isWidened) view.inherit(client.view)
    client.filter = filter
    client.view = view
    this.#uniteFilters()
    if (isWidened || client.isInsideOffset) this.#returnToCursor(clientId, client)
    this.#options.wake()
  }

  #returnToCursor(clientId: number, client: ClientQueue): void {
    if (client.cursor === undefined) return
    client.moveTo(this.#options.store.first, this.#markOf(client.cursor))
    this.#options.goingBack.startFor(clientId, client)
  }

  /** A cursor of another source says nothing about the entries of this one. */
  #markOf(cursor: Cursor | undefined): Mark {
    const { port } = this.#options.source
    return cursor !== undefined && cursor.source.port === port ? markOfCursor(cursor) : NOWHERE
  }

  #uniteFilters(): void {
    this.#options.filters.unite([...this.#options.clients.values()].map((client) => client.filter))
  }

  async unsubscribe(clientId: number): Promise<void> {
    const { cursors, clients } = this.#options
    await cursors.unsubscribe(clientId)
    if (clients.delete(clientId)) this.#uniteFilters()
  }
}
