import type { EventStore } from "../store/event-store.ts"
import type { ClientQueue } from "./client-queue.ts"
import type { Presence } from "./presence.ts"

/** What the store keeps, and for whom: connected clients hold the source back, the others do not. */
export class Retention {
  readonly #clients: ReadonlyMap<number, ClientQueue>
  readonly #presence: Presence
  readonly #store: EventStore

  constructor(clients: ReadonlyMap<number, ClientQueue>, presence: Presence, store: EventStore) {
    this.#clients = clients
    this.#presence = presence
    this.#store = store
  }

  /** Frees what every client has acknowledged. While there is no client, everything is kept for the first one. */
  free(): void {
    const store = this.#store
    const least = this.#least(
      (clientId, client) => this.#presence.has(clientId) || client.acknowledged >= store.first,
    )
    if (least !== undefined) store.free(least)
    // Also where nothing is freed, more may be given up now.
    store.reconsider()
  }

  /** Gives up what only clients need that are not connected, as far as so many bytes need it. */
  makeRoom(size: number): void {
    this.free()
    const least = this.#least((clientId) => this.#presence.has(clientId))
    if (least !== undefined) this.#store.makeRoom(size, least)
  }

  /** The connected client that has acknowledged least; `undefined` while there is none. */
  furthestBehind(): number | undefined {
    const clients = [...this.#clients].filter(([clientId]) => this.#presence.has(clientId))
    return clients.toSorted(([, a], [, b]) => a.acknowledged - b.acknowledged)[0]?.[0]
  }

  /** The first entry that one of these clients needs, of those that are in the store. */
  #least(counts: (clientId: number, client: ClientQueue) => boolean): number | undefined {
    let least: number | undefined
    for (const [clientId, client] of this.#clients) {
      if (client.isBehind(this.#store) || !counts(clientId, client)) continue
      least = Math.min(least ?? Infinity, client.acknowledged)
    }
    return least
  }
}
