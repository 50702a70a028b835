import type { Delivery } from "../delivery/delivery.ts"

/** The clients that a session has named: they count as connected while it lasts. */
export class NamedClients implements Disposable {
  /** By destination. A destination that was lost and taken again has another delivery. */
  readonly #named = new Map<
    string,
    { readonly delivery: Delivery; readonly clients: Map<number, Disposable> }
  >()
  #isOver = false

  add(destination: string, delivery: Delivery, clientId: number): void {
    if (this.#isOver) return
    let named = this.#named.get(destination)
    if (named?.delivery !== delivery) {
      release(named?.clients)
      named = { delivery, clients: new Map() }
      this.#named.set(destination, named)
    }
    if (!named.clients.has(clientId)) named.clients.set(clientId, delivery.attach(clientId))
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    for (const { clients } of this.#named.values()) release(clients)
    this.#named.clear()
  }
}

function release(clients: ReadonlyMap<number, Disposable> | undefined): void {
  for (const client of clients?.values() ?? []) client[Symbol.dispose]()
}
