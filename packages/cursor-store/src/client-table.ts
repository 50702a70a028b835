import type { ClientData } from "./cursor-json.ts"
import type { Cursor, Subscription } from "./cursor.ts"

/** Subscriptions and cursors of one destination in memory, in order of clientId. */
export class ClientTable {
  #clients: ReadonlyMap<number, ClientData>

  constructor(clients: readonly ClientData[] = []) {
    this.#clients = byClientId(clients)
  }

  /** Everything in it. It does not change: a later change makes a new list. */
  list(): readonly ClientData[] {
    return [...this.#clients.values()]
  }

  subscriptions(): readonly Subscription[] {
    return this.list().map((client) => client.subscription)
  }

  cursor(clientId: number): Cursor | undefined {
    return this.#clients.get(clientId)?.cursor
  }

  subscribe(subscription: Subscription): void {
    const cursor = this.cursor(subscription.clientId)
    this.#clients = byClientId([...this.#without(subscription.clientId), { subscription, cursor }])
  }

  unsubscribe(clientId: number): void {
    this.#clients = byClientId(this.#without(clientId))
  }

  /** @returns false where no such client is subscribed; then nothing is kept. */
  move(clientId: number, cursor: Cursor): boolean {
    const client = this.#clients.get(clientId)
    if (client === undefined) return false
    this.#clients = new Map(this.#clients).set(clientId, { subscription: client.subscription, cursor })
    return true
  }

  #without(clientId: number): readonly ClientData[] {
    return this.list().filter((client) => client.subscription.clientId !== clientId)
  }
}

function byClientId(clients: readonly ClientData[]): ReadonlyMap<number, ClientData> {
  return new Map(
    clients
      .toSorted((a, b) => a.subscription.clientId - b.subscription.clientId)
      .map((client) => [client.subscription.clientId, client]),
  )
}
