import type { Cursor, CursorStore, SourceAddress } from "@canal/cursor-store"
import type { EncodedEntry } from "../encode/encoded-entry.ts"
import { ServerError } from "../errors.ts"
import type { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import { acknowledgedBefore } from "./acknowledged-before.ts"
import { ClientQueue, type OutstandingBatch } from "./client-queue.ts"
import { cursorOfBatch, cursorOfPosition } from "./cursor-of.ts"
import { waitUntil } from "./wait-until.ts"

/** Bytes that one unit of a fetch size stands for. */
const UNIT = 1024

/** What a client is given to process and acknowledge. */
export interface Batch {
  readonly id: number
  readonly entries: readonly EncodedEntry[]
}

export interface DeliveryOptions {
  readonly destination: string
  readonly store: EventStore
  readonly cursors: CursorStore
  /** The source that cursors name. */
  readonly source: SourceAddress
  /** Where the reader of the source stands; waits while it is not known. */
  readonly position: (signal: AbortSignal) => Promise<StreamPosition>
  /** A subscriber asked for these tables. May refuse with an error. */
  readonly filterChanged: (filter: string) => void
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
  /** The last id given to each client; it stays when the client unsubscribes. */
  readonly #lastIds = new Map<number, number>()
  readonly #waiting = new Set<() => void>()
  #stopped = false

  private constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** Begins with the clients that the cursor store knows. Must be called before anything is put into the store. */
  static async open(options: DeliveryOptions): Promise<Delivery> {
    const { cursors, store } = options
    const delivery = new Delivery(options)
    for (const { clientId } of await cursors.subscriptions()) {
      const client = new ClientQueue(store.first)
      delivery.#clients.set(clientId, client)
      const cursor = await cursors.cursor(clientId)
      if (cursor !== undefined && cursor.source.port === options.source.port)
        delivery.#passOver(client, cursor)
    }
    return delivery
  }

  /** Until the first entry that the client does not have yet, what comes counts as acknowledged. */
  #passOver(client: ClientQueue, cursor: Cursor): void {
    const { store } = this.#options
    const isAcknowledged = acknowledgedBefore(cursor)
    const unlisten = store.onPut(() => {
      let entry = store.at(client.next)
      for (; entry !== undefined && isAcknowledged(entry); entry = store.at(client.next)) client.passOver()
      if (entry !== undefined) unlisten()
      this.#free()
    })
  }

  /**
   * Registers a client or replaces its filter. Durable when it resolves, and so is a cursor from which the client
   * can be served, whatever happens.
   */
  async subscribe(clientId: number, filter: string, signal: AbortSignal): Promise<void> {
    const { cursors, store, source } = this.#options
    if (filter !== "") this.#options.filterChanged(filter)
    const isNew = (await cursors.cursor(clientId)) === undefined
    const position = isNew ? await this.#options.position(signal) : undefined
    await cursors.subscribe({ clientId, filter })
    if (!this.#clients.has(clientId)) this.#clients.set(clientId, new ClientQueue(store.first))
    if (position === undefined) return
    if ((await cursors.cursor(clientId)) !== undefined) return
    const now = store.resumePoint() ?? (await this.#options.position(signal))
    cursors.move(clientId, cursorOfPosition(now, source))
    await cursors.flush()
  }

  /** Forgets a client, its batches and its cursor. One that is not subscribed is fine. */
  async unsubscribe(clientId: number): Promise<void> {
    await this.#options.cursors.unsubscribe(clientId)
    this.#clients.delete(clientId)
    this.#free()
  }

  /**
   * The next entries for a client, as soon as there is one.
   * @returns `undefined` where none came in time, or the signal was aborted.
   * @throws ServerError `NOT_SUBSCRIBED`; `NOT_RUNNING` after `stop`
   */
  async get(clientId: number, options: GetOptions): Promise<Batch | undefined> {
    const { store } = this.#options
    // Without its queue the client has unsubscribed meanwhile.
    const ready = () => this.#stopped || (this.#clients.get(clientId)?.next ?? -1) < store.next
    if (!ready() && options.wait > 0 && !options.signal.aborted) {
      await waitUntil(ready, options.wait, options.signal, (check) => this.#onData(check))
    }
    if (this.#stopped)
      throw new ServerError("NOT_RUNNING", `destination:${this.#options.destination} should start first`)
    const client = this.#subscribed(clientId)
    if (options.signal.aborted || client.next >= store.next) return undefined
    const { entries, end } = store.take(client.next, options.fetchSize * UNIT)
    const id = (this.#lastIds.get(clientId) ?? 0) + 1
    this.#lastIds.set(clientId, id)
    client.handOut(id, end)
    return { id, entries }
  }

  /** Acknowledges the oldest outstanding batch of a client, and moves its cursor where the batch allows it. */
  acknowledge(clientId: number, batchId: number | bigint): void {
    const { store, cursors, source } = this.#options
    const client = this.#subscribed(clientId)
    const batch = oldest(client, clientId, batchId, "ack")
    const cursor = cursorOfBatch(store, batch, source)
    client.acknowledge(batch)
    if (cursor !== undefined) cursors.move(clientId, cursor)
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
    oldest(client, clientId, batchId, "rollback")
    this.rollBack(clientId)
  }

  /** Whether nothing is left to hand out: every client has acknowledged all there is, or there is no client. */
  get isExhausted(): boolean {
    const { store } = this.#options
    return this.#clients.size === 0 || store.first === store.next
  }

  /** Waits until nothing is left to hand out, or the signal is aborted. */
  async exhausted(signal: AbortSignal): Promise<void> {
    await waitUntil(
      () => this.isExhausted,
      Infinity,
      signal,
      (check) => this.#onData(check),
    )
  }

  /** Nothing more will come: whoever waits for it is refused. */
  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** The client that has acknowledged least; `undefined` while there is none. */
  furthestBehind(): number | undefined {
    const clients = [...this.#clients].toSorted(([, a], [, b]) => a.acknowledged - b.acknowledged)
    return clients[0]?.[0]
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

  /** Frees what every client has acknowledged. While there is no client, everything is kept for the first one. */
  #free(): void {
    let least = Infinity
    for (const client of this.#clients.values()) least = Math.min(least, client.acknowledged)
    if (least !== Infinity) this.#options.store.free(least)
    this.#wake()
  }
}

function oldest(
  client: ClientQueue,
  clientId: number,
  batchId: number | bigint,
  verb: "ack" | "rollback",
): OutstandingBatch {
  const batch = client.batch(Number(batchId))
  if (batch === undefined) {
    const what = verb === "ack" ? "ack error ," : "rollback error,"
    throw new ServerError(
      "BATCH_UNKNOWN",
      `${what} clientId:${clientId} batchId:${batchId} is not exist , please check`,
    )
  }
  const first = client.oldest()
  if (first !== undefined && first !== batch) {
    throw new ServerError("BATCH_OUT_OF_ORDER", `batchId:${batchId} is not the firstly:${first.id}`)
  }
  return batch
}
