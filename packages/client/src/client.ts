import { setTimeout as delay } from "node:timers/promises"
import type { CoordinationBackend } from "@canal/coordination"
import { Acknowledged } from "./acknowledged.ts"
import { type ActiveClient, alwaysActive, type Turn } from "./active-client/active-client.ts"
import { ElectedClient } from "./active-client/elected-client.ts"
import { type Batch, type BatchOwner, OpenBatch } from "./batch.ts"
import { ServerFinder } from "./connection/server-finder.ts"
import type { ReceivedBatch, Session } from "./connection/session.ts"
import { ClientError } from "./errors.ts"
import { FixedServers } from "./locate/fixed-servers.ts"
import { RunningServer } from "./locate/running-server.ts"
import { parseServers } from "./locate/server-list.ts"

/** What a client wants and from whom: either from `server` or from the one that `coordination` names. */
export interface ClientOptions {
  /** `host:port`, or several of which any may run the destination. */
  readonly server?: string | readonly string[]
  /**
   * Where servers and clients meet, from a driver of `@canal/coordination`. The client follows the server that runs the
   * destination, and of all clients with one id one is active while the others stand by.
   */
  readonly coordination?: CoordinationBackend
  /** Milliseconds for which others leave an active client's place to it after it vanished. Default 5000, as in Canal. */
  readonly protection?: number
  readonly destination: string
  /**
   * Which consumer this is: -32768 to 32767. Each has its own cursor. Without `coordination` two at a time must not share
   * one. Default 1001.
   */
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
  /** Makes the server forget this client and its cursor, and closes in any case. */
  unsubscribe(): Promise<void>
  /**
   * Ends the connection, and lets a client that stands by take over at once. What is not acknowledged comes again to the
   * next client with this id.
   */
  close(): Promise<void>
}

/**
 * Connects to a Canal server, authenticates and subscribes. Waits, with a notice a minute on the diagnostics channel
 * `canal:client`, as long as no server answers; with `coordination` also while another client with this id is active, and
 * while no server runs the destination.
 * @throws ClientError that waiting cannot mend: AUTH_FAILED, INVALID_OPTION; with `server` also DESTINATION_UNKNOWN,
 * SUBSCRIPTION_REFUSED, NOT_CANAL, with `coordination` also COORDINATION_REFUSED; the signal's reason.
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const client = new CanalClient(options)
  try {
    await client.start()
    return client
  } catch (error) {
    await client.close()
    throw error
  }
}

/** Milliseconds for which others leave the running node to a client that vanished, as in Canal. */
const PROTECTION = 5000
/** Milliseconds between two GETs of which the first brought nothing and did not wait as it was asked to. */
const EMPTY_PAUSE = 50

class CanalClient implements Client, BatchOwner {
  readonly #finder: ServerFinder
  readonly #active: ActiveClient
  readonly #closing = new AbortController()
  readonly #ending: AbortSignal
  /** Ends the loop. */
  readonly #leaving = new AbortController()
  readonly #acknowledged = new Acknowledged()
  /** The connection, and the turn in which it was made. */
  #session: Session | undefined
  #turn: Turn | undefined
  /** Handed out by this session and neither acknowledged nor rolled back, oldest first. */
  #outstanding: OpenBatch[] = []
  #reading = false

  constructor(options: ClientOptions) {
    const { destination, clientId = 1001, filter = "", user = "", password = "", signal } = options
    checkOptions(options, destination, clientId)
    this.#ending =
      signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, signal])
    const identity = { destination, clientId, filter, user, password }
    const { server, coordination, protection = PROTECTION } = options
    if (coordination === undefined) {
      this.#finder = new ServerFinder(new FixedServers(parseServers(server ?? [])), identity)
      this.#active = alwaysActive
    } else {
      const running = new RunningServer(destination)
      this.#finder = new ServerFinder(running, identity)
      this.#active = new ElectedClient({
        backend: coordination,
        destination,
        clientId,
        protection,
        server: running,
        signal: this.#ending,
      })
    }
  }

  async start(): Promise<void> {
    await this.#connected(this.#ending)
  }

  async *batches(options: BatchesOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const { batchSize = 1000, timeout = 1000 } = options
    for (const [name, value] of Object.entries({ batchSize, timeout })) {
      if (!Number.isInteger(value) || value < 1 || value > 0x7fff_ffff) {
        throw new ClientError("INVALID_OPTION", `${name} is ${value}; it must be a whole number above 0`)
      }
    }
    if (this.#reading) throw new ClientError("ALREADY_READING", "one loop over batches() is going on already")
    const over = AbortSignal.any([this.#ending, this.#leaving.signal])
    if (over.aborted) throw closed()
    const signal = options.signal === undefined ? over : AbortSignal.any([over, options.signal])
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
      if (this.#closing.signal.aborted) throw closed()
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
    this.#acknowledged.add(batch.received)
  }

  rollback(batch: OpenBatch): void {
    this.#noticeLoss()
    if (batch.state === "open") this.#rollbackAll()
  }

  async unsubscribe(): Promise<void> {
    this.#leaving.abort(closed())
    try {
      this.#session?.close()
      const { session, turn } = await this.#opened(this.#ending)
      this.#session = session
      // The server removes all nodes of this client, the one that it holds among them.
      turn.leave()
      await session.unsubscribe(this.#ending)
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(closed())
    await this.#session?.end()
    this.#noticeLoss()
    await this.#active.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The next batch, or `undefined` when there is none yet. */
  async #next(batchSize: number, timeout: number, signal: AbortSignal): Promise<OpenBatch | undefined> {
    const { session, turn } = await this.#connected(signal)
    if (!(await turn.isCertain(signal))) return undefined
    const asked = performance.now()
    let received: ReceivedBatch | undefined
    try {
      received = await session.next(batchSize, timeout, signal)
    } catch (error) {
      this.#noticeLoss()
      if (turn.ended.aborted) return undefined
      if (!(error instanceof ClientError) || !error.retryable) throw error
      await this.#finder.failed(session, error, signal)
      return undefined
    }
    if (received === undefined) return undefined
    if (received.entries.length > 0) {
      // One that nobody is shown stays outstanding, and comes again to the next loop or connection.
      const batch = this.#accept(session, received)
      if (!(await turn.isCertain(signal))) return undefined
      session.askAhead(batchSize)
      return batch
    }
    const pause = Math.min(timeout, EMPTY_PAUSE) - (performance.now() - asked)
    if (pause > 0) await delay(pause, undefined, { signal })
    return undefined
  }

  async #connected(signal: AbortSignal): Promise<{ readonly session: Session; readonly turn: Turn }> {
    this.#noticeLoss()
    if (this.#session !== undefined && this.#turn !== undefined) {
      return { session: this.#session, turn: this.#turn }
    }
    const opened = await this.#opened(signal)
    this.#session = opened.session
    this.#turn = opened.turn
    this.#acknowledged.reconnected()
    return opened
  }

  /** A new session, as soon as this process is the active one. */
  async #opened(signal: AbortSignal): Promise<{ readonly session: Session; readonly turn: Turn }> {
    for (;;) {
      const turn = await this.#active.turn(signal)
      try {
        const session = await this.#finder.open(AbortSignal.any([signal, turn.ended]))
        session.closeOn(turn.ended)
        turn.connectedFrom(session.local)
        return { session, turn }
      } catch (error) {
        if (signal.aborted || !turn.ended.aborted) throw error
      }
    }
  }

  #accept(session: Session, received: ReceivedBatch): OpenBatch | undefined {
    const entries = received.entries.filter((entry) => !this.#acknowledged.isRepeated(entry))
    if (entries.length === 0 && this.#outstanding.length === 0) {
      session.ack(received.batchId)
      received.release()
      return undefined
    }
    const batch = new OpenBatch({ ...received, entries }, this)
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

function checkOptions(options: ClientOptions, destination: string, clientId: number): void {
  const { server, coordination, protection } = options
  if ((server === undefined) === (coordination === undefined)) {
    throw new ClientError("INVALID_OPTION", "give either server or coordination, one of them")
  }
  if (protection !== undefined && coordination === undefined) {
    throw new ClientError("INVALID_OPTION", "protection has no meaning without coordination")
  }
  if (protection !== undefined && !(protection >= 0 && protection <= 0x7fff_ffff)) {
    throw new ClientError("INVALID_OPTION", `protection is ${protection}; it must be milliseconds, 0 or more`)
  }
  if (destination === "") throw new ClientError("INVALID_OPTION", "the destination is empty")
  if (!Number.isInteger(clientId) || clientId < -32_768 || clientId > 32_767) {
    throw new ClientError(
      "INVALID_OPTION",
      `the client id ${clientId} is not a whole number from -32768 to 32767`,
    )
  }
}

function closed(): ClientError {
  return new ClientError("CLOSED", "the client is closed; connect again")
}
