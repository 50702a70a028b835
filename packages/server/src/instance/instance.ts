import type { CursorStore, SourceAddress } from "@canal/cursor-store"
import type { Change, StartPosition } from "@canal/parser"
import type { ClientFilters } from "../delivery/client-filters.ts"
import { Delivery } from "../delivery/delivery.ts"
import { createEncoder, type Encoder } from "../encode/encoder.ts"
import { ServerError } from "../errors.ts"
import { publishNotice } from "../notices.ts"
import { EmptyTransactions } from "../store/empty-transactions.ts"
import { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import { startOf } from "./start-cursor.ts"
import { StreamHead } from "./stream-head.ts"

export interface InstanceOptions {
  readonly destination: string
  /** The source that cursors name. */
  readonly source: SourceAddress
  readonly cursors: CursorStore
  /** Bytes of entries that are held for clients. */
  readonly storeBytes: number
  /** IANA name of the zone in which TIMESTAMP is written. */
  readonly timeZone: string
  /** Where to begin while no client has a cursor; the source's end where absent. */
  readonly from: StartPosition | undefined
  /** The changes of the source from a position on, until aborted. Ends with an error that nobody can help but people. */
  readonly follow: (from: StartPosition | undefined, signal: AbortSignal) => AsyncIterable<readonly Change[]>
  /** The clients' filters, by which `follow` must read. */
  readonly filters: ClientFilters
  /** Whether entries may be handed out at this moment; see `Delivery`. */
  readonly mayServe?: (() => boolean) | undefined
  /** Milliseconds between two warnings that clients hold the source back; default a minute. */
  readonly stallPeriod?: number
  /** Milliseconds for which an error that ends following waits for clients to return; default a minute. */
  readonly returnPeriod?: number
}

const STALL_PERIOD = 60_000
const RETURN_PERIOD = 60_000

/** A destination being run: follows one source and fills the store that its delivery serves. */
export class Instance {
  readonly delivery: Delivery
  readonly #options: InstanceOptions
  readonly #store: EventStore
  readonly #head: StreamHead
  readonly #ended = new AbortController()
  /** Ends the present reading of the source, so that it is read anew. */
  #reading = new AbortController()
  #start: StartPosition | undefined
  #startsAtCursor = false
  /** The arrays put into the store so far, and whether one waits for room. */
  #puts = 0
  #waits = false
  #running: Promise<void> = Promise.resolve()

  private constructor(options: InstanceOptions, delivery: Delivery, store: EventStore, head: StreamHead) {
    this.#options = options
    this.delivery = delivery
    this.#store = store
    this.#head = head
  }

  /** Reads subscriptions and cursors; `start` begins to follow the source. */
  static async open(options: InstanceOptions): Promise<Instance> {
    const { destination, cursors, source, filters, mayServe } = options
    const store = new EventStore(options.storeBytes)
    const head = new StreamHead()
    let instance: Instance | undefined
    const delivery = await Delivery.open({
      destination,
      cursors,
      source,
      store,
      position: (signal) => head.known(signal),
      filters,
      goBack: () => {
        if (instance !== undefined) instance.#goBack()
      },
      mayServe,
    })
    instance = new Instance(options, delivery, store, head)
    return instance
  }

  get destination(): string {
    return this.#options.destination
  }

  /** The source's address for people. */
  get sourceName(): string {
    const { host, port } = this.#options.source
    return `${host ?? "?"}:${port}`
  }

  /** Where the reader of the source stands, or is to begin, for people; "its end" where it was not told. */
  get place(): string {
    const at = this.#head.position ?? this.#start
    if (at === undefined) return "its end"
    return "file" in at ? `${at.file}:${at.offset}` : `GTID set ${at.gtids}`
  }

  /** Where the cursor is kept that decided where following began; `undefined` where none did. */
  get placeOfCursor(): string | undefined {
    return this.#startsAtCursor ? this.#options.cursors.place : undefined
  }

  /**
   * @param failed called once with the error that ended following, unless `close` did; but only when the clients have
   * acknowledged what was read before it, since after a restart they would meet the error again before they got it.
   */
  start(failed: (error: unknown) => void): void {
    this.#running = this.#run().catch((error: unknown) => {
      if (this.#ended.signal.aborted) return
      this.delivery.stop()
      this.#head.fail(new ServerError("NOT_RUNNING", notRunning(this.#options.destination), { cause: error }))
      failed(error)
    })
  }

  async #handOutRest(error: unknown, signal: AbortSignal): Promise<void> {
    if (this.delivery.isExhausted) return
    const reason = error instanceof Error ? error.message : String(error)
    const what = `destination ${this.#options.destination} ends when its clients have acknowledged what was read before`
    publishNotice("warning", `${what}: ${reason}`)
    await this.delivery.exhausted(signal, this.#options.returnPeriod ?? RETURN_PERIOD)
  }

  /** Where following began or goes on, as soon as the source has answered. */
  position(signal: AbortSignal): Promise<StreamPosition> {
    return this.#head.known(signal)
  }

  /** Stops following and makes the cursors durable. */
  async close(): Promise<void> {
    this.#ended.abort()
    await this.#running
    await this.#options.cursors.flush()
  }

  #goBack(): void {
    this.#reading.abort(new Error("The source is read anew"))
    this.#head.restart()
  }

  /** Reads the source, and again whenever a client needs what is not in the store any more; never twice at once. */
  async #run(): Promise<void> {
    using _ = this.#watchStalls()
    const encoder = createEncoder({ timeZone: this.#options.timeZone })
    while (!this.#ended.signal.aborted) {
      this.#reading = new AbortController()
      const signal = AbortSignal.any([this.#ended.signal, this.#reading.signal])
      try {
        await this.#read(encoder, signal)
      } catch (error) {
        if (!signal.aborted) await this.#handOutRest(error, signal)
        if (!signal.aborted) throw error
      } finally {
        this.#waits = false
      }
    }
  }

  async #read(encoder: Encoder, signal: AbortSignal): Promise<void> {
    const { from, follow, destination } = this.#options
    const cursor = this.delivery.beginReading()
    const start = cursor === undefined ? from : startOf(cursor)
    const transactions = new EmptyTransactions()
    this.#start = start
    this.#startsAtCursor = cursor !== undefined
    this.#store.startAt(start?.gtids ?? "")
    for await (const changes of follow(start, signal)) {
      if (signal.aborted) return
      this.#begin(changes)
      const entries = encoder.encode(transactions.filter(changes))
      if (entries.length > 0) {
        this.#waits = true
        await this.#store.put(entries, signal)
        this.#waits = false
        this.#puts += 1
      }
      this.#head.advance(changes)
    }
    if (!signal.aborted) throw new ServerError("NOT_RUNNING", `following the source of ${destination} ended`)
  }

  /** Tells of a put that waits for room over a whole period, and again while it does. */
  #watchStalls(): Disposable {
    let puts = -1
    const timer = setInterval(() => {
      if (this.#waits && puts === this.#puts) publishNotice("warning", this.#stall())
      puts = this.#puts
    }, this.#options.stallPeriod ?? STALL_PERIOD).unref()
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  #stall(): string {
    const client = this.delivery.furthestBehind()
    const why =
      client === undefined
        ? this.delivery.subscribers === 0
          ? "no client has subscribed yet, and what came is kept for the first one"
          : "none of its clients is connected; what came is kept until one is"
        : `client ${client} does not acknowledge; let it go on, or unsubscribe it`
    return `destination ${this.destination} does not read its source any further: the store is full because ${why}`
  }

  /** The first changes say where reading begins; clients may want to know before these are in the store. */
  #begin(changes: readonly Change[]): void {
    const [first] = changes
    if (first === undefined || this.#head.position !== undefined) return
    this.#head.beginAt(first)
    if (first.kind === "heartbeat" && first.gtid !== undefined) this.#store.startAt(first.gtid.executed)
    if (this.#head.position !== undefined) this.delivery.readingBegan(this.#head.position)
  }
}

function notRunning(destination: string): string {
  return `destination:${destination} should start first`
}
