/** What went wrong, in words. */
export type Violation = string

/** Milliseconds by which the news that a server owns a destination may come after its first batch. */
const NEWS_LATE = 2000

/** From a moment on, who owned the destination; `undefined` for nobody. */
interface Reign {
  readonly since: number
  readonly owner: string | undefined
}

/** Hears what all processes and the backend say of one run, and holds it against the promises. */
export class Witness {
  readonly #violations: Violation[] = []
  readonly #acknowledged = new Map<string, Set<number>>()
  readonly #processed = new Set<number>()
  readonly #shown = new Map<string, number[]>()
  readonly #reigns: Reign[] = []
  readonly #handed: { readonly server: string; readonly at: number }[] = []
  #cursor: { readonly file: string; readonly offset: number } | undefined
  #greatest = 0
  #lastAcknowledged = 0
  #looking = new Set<() => void>()

  /** The greatest number that any client was shown, every one before it as well. */
  get greatest(): number {
    return this.#greatest
  }

  /** A client was shown a change: never one further than the next, and none that it had acknowledged itself. */
  shown(client: string, change: number): void {
    if (change > this.#greatest + 1)
      this.#violate(`after change ${this.#greatest} ${client} was shown ${change}`)
    if (this.#acknowledged.get(client)?.has(change) === true) {
      this.#violate(`change ${change} was shown again to ${client}, which had acknowledged it`)
    }
    this.#greatest = Math.max(this.#greatest, change)
    const shown = this.#shown.get(client) ?? []
    shown.push(change)
    this.#shown.set(client, shown)
    for (const look of this.#looking) look()
  }

  /** A client has processed all that it was shown, and is about to acknowledge it. */
  processed(client: string): void {
    for (const change of this.#shown.get(client) ?? []) this.#processed.add(change)
  }

  /** Of so many changes those that nobody processed: shown at most to a client that died over them. */
  unprocessed(changes: number): readonly Violation[] {
    return Array.from({ length: changes }, (_, index) => index + 1)
      .filter((change) => !this.#processed.has(change))
      .map((change) => `change ${change} was processed by nobody`)
  }

  /** A client has acknowledged all that it was shown. */
  acknowledged(client: string): void {
    const acknowledged = this.#acknowledged.get(client) ?? new Set()
    this.#acknowledged.set(client, acknowledged)
    for (const change of this.#shown.get(client) ?? []) {
      acknowledged.add(change)
      this.#lastAcknowledged = Math.max(this.#lastAcknowledged, change)
    }
    this.#shown.set(client, [])
    for (const look of this.#looking) look()
  }

  handedOut(server: string, at: number): void {
    this.#handed.push({ server, at })
    for (const look of this.#looking) look()
  }

  /** When a server other than this one first handed out a batch after a moment; `undefined` where that takes too long. */
  async succeeded(server: string, after: number, withinMs: number): Promise<number | undefined> {
    const first = (): number | undefined =>
      this.#handed.find((handed) => handed.server !== server && handed.at >= after)?.at
    await this.#until(() => first() !== undefined, withinMs)
    return first()
  }

  owned(owner: string | undefined): void {
    this.#reigns.push({ since: Date.now(), owner })
  }

  /** The cursor that the backend holds. */
  cursor(text: string): void {
    const file = /"journalName":"([^"]*)"/.exec(text)?.[1] ?? ""
    const offset = Number(/"position":(\d+)/.exec(text)?.[1])
    const before = this.#cursor
    if (before !== undefined && (file < before.file || (file === before.file && offset < before.offset))) {
      this.#violate(`the cursor moved back from ${before.file}:${before.offset} to ${file}:${offset}`)
    }
    this.#cursor = { file, offset }
  }

  /** Waits until a change was shown to somebody; false where that takes too long. */
  reaches(change: number, withinMs: number): Promise<boolean> {
    return this.#until(() => this.#greatest >= change, withinMs)
  }

  /** Waits until a change was acknowledged by somebody; false where that takes too long. */
  acknowledges(change: number, withinMs: number): Promise<boolean> {
    return this.#until(() => this.#lastAcknowledged >= change, withinMs)
  }

  #violate(what: Violation): void {
    this.#violations.push(what)
  }

  /** Everything that went wrong, when all is over. */
  violations(): readonly Violation[] {
    return [...this.#violations, ...this.#usurped()]
  }

  /** Batches handed out by a server that did not own the destination at that moment. */
  #usurped(): readonly Violation[] {
    return this.#handed
      .filter(({ server, at }) => !this.#reigned(server, at))
      .map(({ server, at }) => `${server} handed out at ${new Date(at).toISOString()} what it did not own`)
  }

  #reigned(server: string, at: number): boolean {
    const reign = this.#reigns.findLast(({ since }) => since <= at)
    if (reign?.owner === server) return true
    return this.#reigns.some(({ since, owner }) => owner === server && since > at && since <= at + NEWS_LATE)
  }

  async #until(holds: () => boolean, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const look = (): void => {
      if (holds()) resolve(true)
    }
    this.#looking.add(look)
    const timer = setTimeout(() => resolve(false), withinMs)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#looking.delete(look)
    }
  }
}
