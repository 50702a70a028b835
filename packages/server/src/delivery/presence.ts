/** Which clients are connected: those with a session, or with a request that is being answered. */
export class Presence {
  readonly #sessions = new Map<number, number>()
  readonly #changed: () => void

  /** @param changed called when a client has its first session, or none any more */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  has(clientId: number): boolean {
    return this.#sessions.has(clientId)
  }

  /** One more session, until disposed; disposing again does nothing. */
  add(clientId: number): Disposable {
    const before = this.#sessions.get(clientId) ?? 0
    this.#sessions.set(clientId, before + 1)
    if (before === 0) this.#changed()
    let isOver = false
    return {
      [Symbol.dispose]: () => {
        if (isOver) return
        isOver = true
        const others = (this.#sessions.get(clientId) ?? 0) - 1
        if (others > 0) this.#sessions.set(clientId, others)
        else {
          this.#sessions.delete(clientId)
          this.#changed()
        }
      },
    }
  }
}
