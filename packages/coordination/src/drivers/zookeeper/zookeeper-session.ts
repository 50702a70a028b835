import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError } from "../../coordinator.ts"
import { LeasedSession } from "../../session/leased-session.ts"
import { type Moment, now } from "../../session/moment.ts"
import { assertAnswered } from "./answer-code.ts"
import { resolveServers, type Server } from "./connect-string.ts"
import { type Answer, NativeClient, type SessionIdentity, type Told } from "./native-client.ts"
import { Watches } from "./watches.ts"

export interface ZookeeperSessionOptions {
  readonly servers: readonly Server[]
  /** Milliseconds of session timeout to ask for. */
  readonly timeout: number
  /** `user:password`. */
  readonly digest: string | undefined
  /** For people. */
  readonly place: string
}

/** Milliseconds that an attempt to begin a session has, and the closing of one. */
const ATTEMPT = 3000
const CLOSING = 1000
/** Milliseconds that the first attempt to go on with a session has, and before the next. */
const ATTEMPT_AGAIN = 500
const BETWEEN = 100
/** Part of the timeout after which a beat that was not answered makes this process look for another server. */
const PATIENCE = 1 / 4
/** Part of the timeout after which a request ends without an answer. */
const REQUEST = 2 / 3

/** A session over one connection after the other: goes on with another server when one does not answer. */
export class ZookeeperSession {
  readonly lease: LeasedSession
  readonly watches: Watches
  readonly identity: SessionIdentity
  readonly #options: ZookeeperSessionOptions
  readonly #told: Told
  readonly #waiting = new Set<(error: unknown) => void>()
  /** Connections that were given up, but may still be open. */
  readonly #abandoned = new Set<NativeClient>()
  #latest: NativeClient
  #client: Promise<NativeClient>
  #replacing = false

  private constructor(
    options: ZookeeperSessionOptions,
    client: NativeClient,
    begun: Moment,
    told: Told,
    watches: Watches,
  ) {
    this.#options = options
    this.#latest = client
    this.#client = Promise.resolve(client)
    this.#told = told
    this.watches = watches
    this.identity = client.identity
    const { timeout } = client
    this.lease = new LeasedSession({ timeout, begun, place: options.place, beat: () => this.#beat() })
    this.lease.lost.addEventListener("abort", () => this.#over(), { once: true })
  }

  /**
   * Begins a session.
   * @throws CoordinationError; the signal's reason
   */
  static async begin(options: ZookeeperSessionOptions, signal: AbortSignal): Promise<ZookeeperSession> {
    let session: ZookeeperSession | undefined
    const watches = new Watches()
    const told: Told = {
      disconnected(client) {
        if (session !== undefined) session.#disconnected(client)
      },
      ended: (why) => session?.lease.end(why),
      changed: (path) => watches.changed(path),
    }
    const client = await open(options, told, undefined, ATTEMPT, signal)
    try {
      const begun = now()
      const late = sleep(ATTEMPT, undefined, { ref: false }).then((): never => {
        throw new CoordinationError("UNAVAILABLE", `${options.place} does not answer`)
      })
      const { code } = await Promise.race([client.sync(), late])
      assertAnswered(code, "beginning a session")
      signal.throwIfAborted()
      session = new ZookeeperSession(options, client, begun, told, watches)
      return session
    } catch (error) {
      void client.end(CLOSING)
      throw error
    }
  }

  /**
   * Asks something as soon as there is a connection.
   * @param what for people
   * @throws CoordinationError for every answer but those in `ANSWER`, and for none within two thirds of the session's timeout
   */
  async ask(what: string, question: (client: NativeClient) => Promise<Answer>): Promise<Answer> {
    this.lease.assertAlive()
    const ended = Promise.withResolvers<never>()
    const milliseconds = Math.round(this.lease.timeout * REQUEST)
    const timer = setTimeout(() => {
      const message = `${what}: ${this.#options.place} did not answer within ${milliseconds} ms`
      ended.reject(new CoordinationError("UNAVAILABLE", message))
    }, milliseconds)
    this.#waiting.add(ended.reject)
    try {
      const answer = await Promise.race([this.#client.then(question), ended.promise])
      this.lease.assertAlive()
      assertAnswered(answer.code, what)
      return answer
    } catch (error) {
      if (!(error instanceof CoordinationError) || error.code !== "SESSION_LOST") throw error
      this.lease.end(error.message, error)
      throw this.lease.lost.reason
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(ended.reject)
    }
  }

  /** Ends the session at once, with its ephemeral nodes. */
  async end(): Promise<void> {
    this.lease.end("it was closed")
    await this.#latest.end(CLOSING)
  }

  /** Asks a server, and another one where it does not answer. */
  async #beat(): Promise<void> {
    const another = Promise.withResolvers<Answer>()
    const late = setTimeout(() => {
      this.#replace()
      this.#sync().then(another.resolve, another.reject)
    }, this.lease.timeout * PATIENCE)
    try {
      const { code } = await Promise.race([this.#sync(), another.promise])
      assertAnswered(code, "keeping the session")
    } finally {
      clearTimeout(late)
    }
  }

  async #sync(): Promise<Answer> {
    const client = await this.#client
    return client.sync()
  }

  #disconnected(client: NativeClient): void {
    this.#abandoned.delete(client)
    if (client !== this.#latest) return
    this.lease.unlinked()
    this.#replace()
  }

  /** Goes on with the session over another connection. */
  #replace(): void {
    if (this.#replacing || this.lease.lost.aborted) return
    this.#replacing = true
    this.#latest.abandon()
    if (!this.#latest.isClosed) this.#abandoned.add(this.#latest)
    this.#client = this.#another()
    this.#client.catch(() => undefined)
  }

  async #another(): Promise<NativeClient> {
    const { lost, timeout } = this.lease
    for (let within = ATTEMPT_AGAIN; !lost.aborted; within = Math.min(within * 2, timeout * PATIENCE)) {
      try {
        const client = await open(this.#options, this.#told, this.identity, within, lost)
        this.#latest = client
        this.#replacing = false
        this.lease.linked()
        this.watches.allChanged()
        return client
      } catch (error) {
        if (error instanceof CoordinationError && !error.retryable) this.lease.end(error.message, error)
      }
      await sleep(BETWEEN, undefined, { signal: lost }).catch(() => undefined)
    }
    throw lost.reason
  }

  #over(): void {
    for (const reject of this.#waiting) reject(this.lease.lost.reason)
    for (const client of [...this.#abandoned, this.#latest]) void client.end(CLOSING)
  }
}

async function open(
  { servers, timeout, digest }: ZookeeperSessionOptions,
  told: Told,
  identity: SessionIdentity | undefined,
  within: number,
  signal: AbortSignal,
): Promise<NativeClient> {
  const addresses = await resolveServers(servers)
  const most = Math.min(within, timeout / 2)
  const client = await NativeClient.open({ servers: addresses, timeout, identity, told }, most, signal)
  if (client.isClosed) throw new CoordinationError("UNAVAILABLE", "the connection was closed at once")
  // Answers come in order: what is asked next is asked with these credentials.
  if (digest !== undefined) void client.addDigest(digest)
  return client
}
