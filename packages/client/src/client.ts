import { setTimeout as delay } from "node:timers/promises"
import { decodeEntry, type Entry, type Messages, ProtocolError } from "@canal/protocol"
import { Acknowledged } from "./acknowledged.ts"
import { type Batch, type BatchOwner, OpenBatch } from "./batch.ts"
import { ServerFinder } from "./connection/server-finder.ts"
import type { Session } from "./connection/session.ts"
import { ClientError } from "./errors.ts"
import { parseServers } from "./locate/server-list.ts"

/** What a client wants and from whom. */
export interface ClientOptions {
  /** `host:port`, or several of which any may run the destination. */
  readonly server: string | readonly string[]
  readonly destination: string
  /** Which consumer this is: -32768 to 32767. Each has its own cursor; two at a time must not share one. Default 1001. */
  readonly clientId?: number
  /** The tables wanted: regular expressions on `schema.table`, separated by commas. Default: what the server has. */
  readonly filter?: string
  readonly user?: string
  readonly password?: string
  /** Ends everything this client does. */
  readonly signal?: AbortSignal
}

/** How batches are fetched. */
export interface BatchesOptions {
  /** Ends the loop: at once while it waits, else after the batch at hand. */
  readonly signal?: AbortSignal
  /** How much a batch may hold: KiB of entries, or their number, as the server is configured. Default 1000. */
  readonly batchSize?: number
  /** Milliseconds that the server waits for data. A server of Java waits that long for a full batch. Default 1000. */
  readonly timeout?: number
}

/** A consumer of one destination. */
export interface Client extends AsyncDisposable {
  /**
   * Batches as they come, for ever; the loop ends when a signal or `close` says so. A lost connection is mended without
   * loss: what was not acknowledged comes again, what was does not. One loop at a time; a later one begins with what the
   * earlier one left unacknowledged.
   * @throws ClientError that trying again cannot mend, such as AUTH_FAILED.
   */
  batches(options?: BatchesOptions): AsyncIterable<Batch>
  /** Makes the server forget this client and its cursor, then closes. */
  unsubscribe(): Promise<void>
  /** Ends the connection. What is not acknowledged comes again to the next client with this id. */
  close(): Promise<void>
}

/**
 * Connects to a Canal server, authenticates and subscribes. Waits, with a notice a minute on the diagnostics channel
 * `canal:client`, as long as no server answers.
 * @throws ClientError that waiting cannot mend: AUTH_FAILED, DESTINATION_UNKNOWN, SUBSCRIPTION_REFUSED, NOT_CANAL,
 * INVALID_OPTION; the signal's reason.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const client = new CanalClient(options)
  await client.start()
  return client
}

/** Milliseconds between two GETs of which the first brought nothing and did not wait as it was asked to. */
const EMPTY_PAUSE = 50

class CanalClient implements Client, BatchOwner {
  readonly #finder: ServerFinder
  readonly #closing = new AbortController()
  readonly #ending: AbortSignal
  readonly #acknowledged = new Acknowledged()
  #session: Session | undefined
  /** Handed out by this session and neither acknowledged nor rolled back, oldest first. */
  #outstanding: OpenBatch[] = []
  #reading = false

  constructor(options: ClientOptions) {
    const { destination, clientId = 1001, filter = "", user = "", password = "", signal } = options
    if (destination === "") throw new ClientError("INVALID_OPTION", "the destination is empty")
    if (!Number.isInteger(clientId) || clientId < -32_768 || clientId > 32_767) {
      throw new ClientError(
        "INVALID_OPTION",
        `the client id ${clientId} is not a whole number from -32768 to 32767`,
      )
    }
    this.#ending =
      signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal])
    this.#finder = new ServerFinder(parseServers(options.server), {
      destination,
      clientId,
      filter,
      user,
      password,
    })
  }

  async start(): Promise<void> {
    this.#session = await this.#finder.open(this.#ending)
  }

  async *batches(options: BatchesOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const { batchSize = 1000, timeout = 1000 } = options
    for (const [name, value] of Object.entries({ batchSize, timeout })) {
      if (!Number.isInteger(value) || value < 1 || value > 0x7fff_ffff) {
        throw new ClientError("INVALID_OPTION", `${name} is ${value}; it must be a whole number above 0`)
      }
    }
    if (this.#reading) throw new ClientError("ALREADY_READING", "one loop over batches() is going on already")
    if (this.#ending.aborted) throw closed()
    const signal =
      options.signal === undefined ? this.#ending : AbortSignal.any([this.#ending, options.signal])
    this.#reading = true
    try {
      this.#rollbackAll()
      while (!signal.aborted) {
        const batch = await this.#next(batchSize, timeout, signal)
        if (batch !== undefined) yield batch
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.#reading = false
    }
  }

  ack(batch: OpenBatch): void {
    if (batch.state === "acknowledged") return
    if (batch.state === "rolled back") {
      throw new ClientError(
        "BATCH_ROLLED_BACK",
        `batch ${batch.id} was rolled back; it comes again under a new id`,
      )
    }
    this.#noticeLoss()
    if (batch.state === "open") {
      const [oldest] = this.#outstanding
      if (oldest !== batch) {
        throw new ClientError(
          "BATCH_OUT_OF_ORDER",
          `batch ${batch.id} cannot be acknowledged before batch ${oldest?.id}`,
        )
      }
      this.#session?.ack(batch.id)
      this.#outstanding.shift()
    } else if (this.#ending.aborted) {
      throw closed()
    }
    batch.state = "acknowledged"
    this.#acknowledged.add(batch.entries)
  }

  rollback(batch: OpenBatch): void {
    this.#noticeLoss()
    if (batch.state === "open") this.#rollbackAll()
  }

  async unsubscribe(): Promise<void> {
    this.#session?.close()
    const session = await this.#finder.open(this.#ending)
    await session.unsubscribe(this.#ending)
    await session.end()
    await this.close()
  }

  async close(): Promise<void> {
    const session = this.#session
    if (!this.#reading) await session?.end()
    this.#closing.abort(closed())
    session?.close()
    this.#noticeLoss()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The next batch, or `undefined` when there is none yet. */
  async #next(batchSize: number, timeout: number, signal: AbortSignal): Promise<OpenBatch | undefined> {
    const session = await this.#connected(signal)
    const asked = performance.now()
    let messages: Messages
    try {
      messages = await session.get(batchSize, timeout, signal)
    } catch (error) {
      this.#noticeLoss()
      if (!(error instanceof ClientError) || !error.retryable) throw error
      await this.#finder.failed(session, error, signal)
      return undefined
    }
    if (messages.entries.length > 0) return this.#accept(session, messages)
    const pause = Math.min(timeout, EMPTY_PAUSE) - (performance.now() - asked)
    if (pause > 0) await delay(pause, undefined, { signal })
    return undefined
  }

  async #connected(signal: AbortSignal): Promise<Session> {
    this.#noticeLoss()
    if (this.#session === undefined) {
      this.#session = await this.#finder.open(signal)
      this.#acknowledged.reconnected()
    }
    return this.#session
  }

  #accept(session: Session, { batchId, entries }: Messages): OpenBatch | undefined {
    const shown = decodeAll(session, entries).filter((entry) => !this.#acknowledged.isRepeated(entry))
    if (shown.length === 0 && this.#outstanding.length === 0) {
      session.ack(batchId)
      return undefined
    }
    const batch = new OpenBatch(batchId, shown, this)
    this.#outstanding.push(batch)
    return batch
  }

  #rollbackAll(): void {
    this.#noticeLoss()
    if (this.#outstanding.length === 0) return
    this.#session?.rollback()
    for (const batch of this.#outstanding) batch.state = "rolled back"
    this.#outstanding = []
  }

  #noticeLoss(): void {
    if (this.#session?.failed !== true) return
    this.#session = undefined
    for (const batch of this.#outstanding) batch.state = "lost"
    this.#outstanding = []
  }
}

function decodeAll(session: Session, entries: readonly Buffer[]): readonly Entry[] {
  try {
    return entries.map(decodeEntry)
  } catch (cause) {
    session.close()
    if (!(cause instanceof ProtocolError)) throw cause
    throw new ClientError(
      "NOT_CANAL",
      `${session.server} sent an entry that cannot be read: ${cause.message}`,
      { cause },
    )
  }
}

function closed(): ClientError {
  return new ClientError("CLOSED", "the client is closed; connect again")
}
