import type { CursorStore, SourceAddress } from "@canal/cursor-store"
import type { Change, StartPosition } from "@canal/parser"
import { Delivery } from "../delivery/delivery.ts"
import { createEncoder } from "../encode/encoder.ts"
import { ServerError } from "../errors.ts"
import { publishNotice } from "../notices.ts"
import { EmptyTransactions } from "../store/empty-transactions.ts"
import { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import { furthestBehind, startOf } from "./start-cursor.ts"
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
  /** Changes the tables that `follow` delivers. May refuse with an error. */
  readonly filterChanged: (filter: string) => void
  /** Milliseconds between two warnings that clients hold the source back; default a minute. */
  readonly stallPeriod?: number
}

const STALL_PERIOD = 60_000

/** A destination being run: follows one source and fills the store that its delivery serves. */
export class Instance {
  readonly delivery: Delivery
  readonly #options: InstanceOptions
  readonly #store: EventStore
  readonly #head: StreamHead
  readonly #ended = new AbortController()
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
    const { destination, cursors, source, filterChanged } = options
    const store = new EventStore(options.storeBytes)
    const head = new StreamHead()
    const delivery = await Delivery.open({
      destination,
      cursors,
      source,
      store,
      position: (signal) => head.known(signal),
      filterChanged,
    })
    for (const { filter } of await cursors.subscriptions()) if (filter !== "") filterChanged(filter)
    return new Instance(options, delivery, store, head)
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
    this.#running = this.#run().catch(async (error: unknown) => {
      const { signal } = this.#ended
      if (!signal.aborted) await this.#handOutRest(error)
      if (signal.aborted) return
      this.delivery.stop()
      this.#head.fail(new ServerError("NOT_RUNNING", notRunning(this.#options.destination), { cause: error }))
      failed(error)
    })
  }

  async #handOutRest(error: unknown): Promise<void> {
    if (this.delivery.isExhausted) return
    const reason = error instanceof Error ? error.message : String(error)
    const what = `destination ${this.#options.destination} ends when its clients have acknowledged what was read before`
    publishNotice("warning", `${what}: ${reason}`)
    await this.delivery.exhausted(this.#ended.signal)
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

  async #run(): Promise<void> {
    const { cursors, from, follow, timeZone, destination } = this.#options
    const { signal } = this.#ended
    const cursor = await furthestBehind(cursors)
    const start = cursor === undefined ? from : startOf(cursor)
    const encoder = createEncoder({ timeZone })
    const transactions = new EmptyTransactions()
    this.#start = start
    this.#startsAtCursor = cursor !== undefined
    this.#store.startAt(start?.gtids ?? "")
    using _ = this.#watchStalls()
    for await (const changes of follow(start, signal)) {
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
        ? "no client has subscribed yet, and what came is kept for the first one"
        : `client ${client} does not acknowledge; let it go on, or unsubscribe it`
    return `destination ${this.destination} does not read its source any further: the store is full because ${why}`
  }

  /** The first changes say where reading begins; clients may want to know before these are in the store. */
  #begin(changes: readonly Change[]): void {
    const [first] = changes
    if (first === undefined || this.#head.position !== undefined) return
    this.#head.beginAt(first)
    if (first.kind === "heartbeat" && first.gtid !== undefined) this.#store.startAt(first.gtid.executed)
  }
}

function notRunning(destination: string): string {
  return `destination:${destination} should start first`
}
