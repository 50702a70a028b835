import type { Cursor, CursorStore, SourceAddress } from "@canal/cursor-store"
import type { Entries } from "../encode/encoded-entry.ts"
import { ServerError } from "../errors.ts"
import type { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import type { ClientFilters } from "./client-filters.ts"
import type { ClientQueue } from "./client-queue.ts"
import { cursorBehind, cursorOfPosition } from "./cursor-of.ts"
import { GoingBack } from "./going-back.ts"
import { oldestBatch } from "./oldest-batch.ts"
import { Presence } from "./presence.ts"
import { Retention } from "./retention.ts"
import { Subscribing } from "./subscribing.ts"
import { waitUntil } from "./wait-until.ts"

/** Bytes that one unit of a fetch size stands for. */
const UNIT = 1024

/** What a client is given to process and acknowledge. Its bytes stay as they are until it is disposed, once. */
export class Batch {
  readonly id: number
  readonly entries: Entries

  constructor(id: number, entries: Entries) {
    this.id = id
    this.entries = entries
    for (const { slab } of entries.runs) slab.keep()
  }

  [Symbol.dispose](): void {
    for (const { slab } of this.entries.runs) slab.letGo()
  }
}

export interface DeliveryOptions {
  readonly destination: string
  readonly store: EventStore
  readonly cursors: CursorStore
  /** The source that cursors name. */
  readonly source: SourceAddress
  /** Where the reader of the source stands; waits while it is not known. */
  readonly position: (signal: AbortSignal) => Promise<StreamPosition>
  /** The clients' filters; the parser must read by it. */
  readonly filters: ClientFilters
  /** Stops reading the source, calls `beginReading`, and reads from the cursor that it says. */
  readonly goBack: () => void
  /** Whether entries may be handed out at this moment; always where absent. Call `wake` when they may again. */
  readonly mayServe?: (() => boolean) | undefined
}

export interface GetOptions {
  /** Units of 1,024 bytes; see `EventStore.take`. */
  readonly fetchSize: number
  /** Milliseconds to wait while there is nothing; `Infinity` without limit, 0 not at all. */
  readonly wait: number
  readonly signal: AbortSignal
}

/** Hands the entries of one destination to its clients, each from where it stands, and moves their cursors. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #clients = new Map<number, ClientQueue>()
  readonly #presence: Presence
  readonly #retention: Retention
  readonly #goingBack: GoingBack
  readonly #subscribing: Subscribing
  /** The last id given to each client; it stays when the client unsubscribes. */
  readonly #lastIds = new Map<number, number>()
  readonly #waiting = new Set<() => void>()
  #stopped = false

  private constructor(options: DeliveryOptions) {
    this.#options = options
    this.#presence = new Presence(() => this.wake())
    this.#retention = new Retention(this.#clients, this.#presence, options.store)
    this.#goingBack = new GoingBack({ ...options, clients: this.#clients, presence: this.#presence })
    this.#subscribing = new Subscribing({
      ...options,
      clients: this.#clients,
      goingBack: this.#goingBack,
      wake: () => this.#wake(),
    })
    options.store.whenFull((size) => this.#giveUp(size))
  }

  /** Begins with the clients that the cursor store knows. Must be called before anything is put into the store. */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const delivery = new Delivery(options)
    await delivery.#subscribing.load()
    return delivery
  }

  /**
   * To be called for each session that names a client, as soon as it does and before it subscribes or gets; the session
   * ends when the result is disposed. A client is connected while it has a session: only then it holds the source back.
   */
  attach(clientId: number): Disposable {
    return this.#presence.add(clientId)
  }

  /**
   * Registers a client or replaces its filter. Durable when it resolves, and so is a cursor from which the client
   * can be served, whatever happens. A filter that accepts tables which were left out for the client so far takes it
   * back to its cursor; its batches are forgotten then, as by a rollback.
   * @throws ParserError `INVALID_FILTER`
   */
  async subscribe(clientId: number, filter: string, signal: AbortSignal): Promise<void> {
    using _ = this.attach(clientId)
    await this.#subscribing.subscribe(clientId, filter, signal)
  }

  /** Forgets a client, its batches and its cursor. One that is not subscribed is fine. */
  async unsubscribe(clientId: number): Promise<void> {
    await this.#subscribing.unsubscribe(clientId)
    this.#free()
  }

  /**
   * The next entries for a client, as soon as there is one.
   * @returns `undefined` where none came in time, or the signal was aborted.
   * @throws ServerError `NOT_SUBSCRIBED`; `NOT_RUNNING` after `stop`
   */
  async get(clientId: number, options: GetOptions): Promise<Batch | undefined> {
    const { store, source } = this.#options
    using _ = this.attach(clientId)
    const isReady = () => {
      const client = this.#clients.get(clientId)
      // Without its queue the client has unsubscribed meanwhile.
      return this.#stopped || client === undefined || this.#hasNext(clientId, client)
    }
    if (!isReady() && options.wait > 0 && !options.signal.aborted) {
      await waitUntil(isReady, options.wait, options.signal, (check) => this.#onData(check))
    }
    if (this.#stopped)
      throw new ServerError("NOT_RUNNING", `destination:${this.#options.destination} should start first`)
    const client = this.#subscribed(clientId)
    if (options.signal.aborted || !this.#hasNext(clientId, client)) return undefined
    const id = (this.#lastIds.get(clientId) ?? 0) + 1
    this.#lastIds.set(clientId, id)
    const entries = client.handOut(id, store, options.fetchSize * UNIT, (start, end) =>
      cursorBehind(store, start, end, source),
    )
    return new Batch(id, entries)
  }

  /** Acknowledges the oldest outstanding batch of a client, and moves its cursor where the batch allows it. */
  acknowledge(clientId: number, batchId: number | bigint): void {
    const client = this.#subscribed(clientId)
    const batch = oldestBatch(client, clientId, batchId, "ack")
    client.acknowledge(batch)
    if (batch.cursor !== undefined) this.#move(clientId, client, batch.cursor)
    this.#advance(clientId, client)
    this.#free()
  }

  /** Everything outstanding of a client will be handed out again. One that is not subscribed is fine. */
  rollBack(clientId: number): void {
    this.#clients.get(clientId)?.rollBack()
    this.#wake()
  }

  /**
   * Rolls back the oldest outstanding batch, and with it those after it: their entries come again, so that an
   * acknowledgement of one of them later must not count.
   */
  rollBackBatch(clientId: number, batchId: number | bigint): void {
    const client = this.#clients.get(clientId)
    if (client === undefined) return
    oldestBatch(client, clientId, batchId, "rollback")
    this.rollBack(clientId)
  }

  /** What kept entries from being handed out may have ended: whoever waits for them looks again. */
  wake(): void {
    this.#options.store.reconsider()
    this.#wake()
  }

  /** Whether nothing is left to hand out: every client has acknowledged all there is, or there is no client. */
  get isExhausted(): boolean {
    return !this.#isAwaited(() => true)
  }

  /**
   * Waits until nothing is left to hand out, the source is about to be read anew, or the signal is aborted.
   * @param patience milliseconds for which clients that are not connected are waited for
   */
  async exhausted(signal: AbortSignal, patience: number): Promise<void> {
    const isAwaited = () => this.#isAwaited((clientId) => this.#presence.has(clientId))
    const listen = (check: () => void) => this.#onData(check)
    do {
      await waitUntil(() => !isAwaited(), Infinity, signal, listen)
      await waitUntil(() => this.isExhausted || isAwaited(), patience, signal, listen)
    } while (isAwaited() && !signal.aborted)
  }

  /** Nothing more will come: whoever waits for it is refused. */
  stop(): void {
    this.#stopped = true
    this.#goingBack.stop()
    this.#wake()
  }

  /**
   * The source is about to be read from the beginning or anew, and the store is as `goBack` left it.
   * @returns the cursor to begin at: that of the client furthest behind among those that must not lose anything, which
   * are all at first, and those connected when going back; `undefined` where none has one
   */
  beginReading(): Cursor | undefined {
    const start = this.#goingBack.begin()
    this.#wake()
    return start
  }

  /** Reading has begun at this position: clients that have no cursor yet are served from here. */
  readingBegan(position: StreamPosition): void {
    for (const [clientId, client] of this.#clients) {
      if (client.cursor !== undefined || !client.isReached) continue
      client.isPlaced = true
      this.#move(clientId, client, cursorOfPosition(position, this.#options.source))
    }
  }

  /** The connected client that has acknowledged least; `undefined` while there is none. */
  furthestBehind(): number | undefined {
    return this.#retention.furthestBehind()
  }

  /** How many clients are subscribed. */
  get subscribers(): number {
    return this.#clients.size
  }

  /** How many batches a client holds that it has not acknowledged. */
  outstanding(clientId: number): number {
    return this.#clients.get(clientId)?.outstanding ?? 0
  }

  #subscribed(clientId: number): ClientQueue {
    const client = this.#clients.get(clientId)
    if (client !== undefined) return client
    const identity = `ClientIdentity[destination=${this.#options.destination},clientId=${clientId},filter=<null>]`
    throw new ServerError("NOT_SUBSCRIBED", `ClientIdentity:${identity} should subscribe first`)
  }

  /** Whether there is an entry for a client that may be handed out. One whose entries are gone makes all go back. */
  #hasNext(clientId: number, client: ClientQueue): boolean {
    if (!this.#mayServe) return false
    if (client.isBehind(this.#options.store)) this.#goingBack.startFor(clientId, client)
    const before = client.acknowledged
    const hasNext = this.#advance(clientId, client)
    if (client.acknowledged !== before) this.#retention.free()
    return hasNext
  }

  /** Goes past what is not for the client, and takes its cursor along. @returns whether an entry is for it */
  #advance(clientId: number, client: ClientQueue): boolean {
    if (!this.#mayServe || !client.isPlaced) return false
    const { store, source } = this.#options
    const hasNext = client.advance(store)
    const passed = client.settle(store)
    const cursor = passed && cursorBehind(store, passed.start, passed.end, source)
    if (cursor !== undefined) this.#move(clientId, client, cursor)
    return hasNext
  }

  get #mayServe(): boolean {
    return this.#options.mayServe?.() ?? true
  }

  #move(clientId: number, client: ClientQueue, cursor: Cursor): void {
    client.cursor = cursor
    this.#options.cursors.move(clientId, cursor)
  }

  #onData(check: () => void): () => void {
    const unlisten = this.#options.store.onPut(check)
    this.#waiting.add(check)
    return () => {
      unlisten()
      this.#waiting.delete(check)
    }
  }

  #wake(): void {
    for (const check of this.#waiting) check()
  }

  /** Whether one of these clients has not acknowledged all there is. */
  #isAwaited(counts: (clientId: number) => boolean): boolean {
    const { store } = this.#options
    for (const [clientId, client] of this.#clients) {
      if (!counts(clientId)) continue
      this.#advance(clientId, client)
      if (client.isBehind(store) || client.acknowledged < store.next) return true
    }
    return false
  }

  #free(): void {
    this.#retention.free()
    this.#wake()
  }

  /** The store is full: what only clients need that are not connected is given up, as far as room is needed. */
  #giveUp(size: number): void {
    if (!this.#mayServe) return
    for (const [clientId, client] of this.#clients) this.#advance(clientId, client)
    this.#retention.makeRoom(size)
  }
}
