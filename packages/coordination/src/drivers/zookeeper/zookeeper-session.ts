import { setTimeout as sleep } from "node:timers/promises"
import type { SecureContextOptions } from "node:tls"
import { CoordinationError } from "../../coordinator.ts"
import { LeasedSession } from "../../session/leased-session.ts"
import { assertAnswered } from "./answer-code.ts"
import { Addresses, formatAddress } from "./addresses.ts"
import type { Server } from "./connect-string.ts"
import { Watches } from "./watches.ts"
import {
  type Answer,
  Connection,
  type ConnectionOptions,
  type OpenedConnection,
  type Told,
} from "./wire/connection.ts"
import type { SessionIdentity } from "./wire/replies.ts"
import { sync } from "./wire/requests.ts"

export interface ZookeeperSessionOptions {
  readonly servers: readonly Server[]
  /** Milliseconds of session timeout to ask for. */
  readonly timeout: number
  /** `user:password`. */
  readonly digest: string | undefined
  /** Unless given, connections are in the clear. */
  readonly tls: SecureContextOptions | undefined
  /** For people. */
  readonly place: string
}

/** Milliseconds that a server has to begin a session, the looking up of names, and the closing of a session. */
const ATTEMPT = 3000
const LOOKUP = 2000
const CLOSING = 1000
/** Milliseconds that each server has in the first round to go on with a session, and before the next round. */
const ATTEMPT_AGAIN = 500
const BETWEEN = 100
/** Part of the timeout after which a beat that was not answered makes this process look for another server. */
const PATIENCE = 1 / 4
/** Part of the timeout after which a request ends without an answer. */
const REQUEST = 2 / 3

/** A session over one connection after the other: goes on with another server when one does not answer. */
export class ZookeeperSession {
  readonly lease: LeasedSession
  readonly watches: Watches = new Watches()
  readonly identity: SessionIdentity
  readonly #options: ZookeeperSessionOptions
  readonly #addresses: Addresses
  readonly #told: Told
  readonly #waiting = new Set<(error: unknown) => void>()
  #latest: Connection
  #connection: Promise<Connection>
  #replacing = false

  private constructor(
    options: ZookeeperSessionOptions,
    addresses: Addresses,
    { connection, asked, identity, timeout }: OpenedConnection,
    told: Told,
  ) {
    this.#options = options
    this.#told = told
    this.#addresses = addresses
    this.#latest = connection
    this.#connection = Promise.resolve(connection)
    this.identity = identity
    const { place } = options
    this.lease = new LeasedSession({ timeout, begun: asked, place, beat: () => this.#beat() })
    this.lease.lost.addEventListener("abort", () => this.#over(), { once: true })
  }

  /**
   * Begins a session with the first server that can.
   * @throws CoordinationError; the signal's reason
   */
  static async begin(options: ZookeeperSessionOptions, signal: AbortSignal): Promise<ZookeeperSession> {
    const addresses = new Addresses(options.servers)
    let failure: unknown
    for await (const address of addresses.round(LOOKUP)) {
      signal.throwIfAborted()
      let session: ZookeeperSession | undefined
      const told: Told = {
        disconnected(connection) {
          if (session !== undefined) session.#disconnected(connection)
        },
        changed: (path) => session?.watches.changed(path),
      }
      const { timeout, digest, tls } = options
      const connecting = { address, tls, timeout, identity: undefined, lastZxid: 0n, digest, told }
      try {
        const opened = await openWithin(connecting, ATTEMPT, signal)
        session = new ZookeeperSession(options, addresses, opened, told)
        if (opened.connection.isClosed) session.#disconnected(opened.connection)
        return session
      } catch (error) {
        failure = error
      }
    }
    signal.throwIfAborted()
    throw failure
  }

  /**
   * Asks something as soon as there is a connection.
   * @param what for people
   * @throws CoordinationError for every answer but those in `ANSWER`, and for none within two thirds of the session's timeout
   */
  async ask<T>(what: string, question: (connection: Connection) => Promise<Answer<T>>): Promise<Answer<T>> {
    this.lease.assertAlive()
    const ended = Promise.withResolvers<never>()
    const milliseconds = Math.round(this.lease.timeout * REQUEST)
    const timer = setTimeout(() => {
      const message = `${what}: ${this.#options.place} did not answer within ${milliseconds} ms`
      ended.reject(new CoordinationError("UNAVAILABLE", message))
    }, milliseconds)
    this.#waiting.add(ended.reject)
    try {
      const answer = await Promise.race([this.#connection.then(question), ended.promise])
      this.lease.assertAlive()
      assertAnswered(answer.code, what, answer.why)
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

  /** Asks a server, and gives it up where it does not answer. */
  async #beat(): Promise<void> {
    const connection = await this.#connection
    const late = setTimeout(() => this.#replace(connection), this.lease.timeout * PATIENCE)
    const { code, why } = await connection.ask(sync())
    clearTimeout(late)
    assertAnswered(code, "keeping the session", why)
  }

  #disconnected(connection: Connection): void {
    this.lease.unlinked()
    this.#replace(connection)
  }

  /** Goes on with the session over another connection. */
  #replace(connection: Connection): void {
    if (connection !== this.#latest || this.#replacing || this.lease.lost.aborted) return
    this.#replacing = true
    this.#connection = this.#another()
    this.#connection.catch(() => undefined)
    connection.close()
  }

  async #another(): Promise<Connection> {
    const { lost, timeout } = this.lease
    for (let within = ATTEMPT_AGAIN; !lost.aborted; within = Math.min(within * 2, timeout * PATIENCE)) {
      const connection = await this.#goOn(Math.min(within, timeout * PATIENCE))
      if (connection !== undefined) {
        this.#latest = connection
        this.#replacing = false
        this.lease.linked()
        this.watches.allChanged()
        return connection
      }
      await sleep(BETWEEN, undefined, { signal: lost }).catch(() => undefined)
    }
    throw lost.reason
  }

  /** Goes on with one of the servers, of which each has so many milliseconds. */
  async #goOn(within: number): Promise<Connection | undefined> {
    const { lost, timeout } = this.lease
    const { digest, tls } = this.#options
    const { lastZxid } = this.#latest
    const { identity } = this
    for await (const address of this.#addresses.round(within)) {
      const connecting = { address, tls, timeout, identity, lastZxid, digest, told: this.#told }
      try {
        const { connection } = await openWithin(connecting, within, lost)
        if (!lost.aborted && !connection.isClosed) return connection
        void connection.end(CLOSING)
      } catch (error) {
        if (error instanceof CoordinationError && error.code === "SESSION_LOST") {
          this.lease.end(error.message, error)
        }
      }
      if (lost.aborted) break
    }
    return undefined
  }

  #over(): void {
    for (const reject of this.#waiting) reject(this.lease.lost.reason)
    void this.#latest.end(CLOSING)
  }
}

/** @throws CoordinationError as `Connection.open`, and `UNAVAILABLE` after so many milliseconds; the signal's reason */
async function openWithin(
  options: ConnectionOptions,
  milliseconds: number,
  signal: AbortSignal,
): Promise<OpenedConnection> {
  const late = new AbortController()
  const timer = setTimeout(() => {
    const message = `${formatAddress(options.address)} did not answer within ${milliseconds} ms`
    late.abort(new CoordinationError("UNAVAILABLE", message))
  }, milliseconds)
  try {
    return await Connection.open(options, AbortSignal.any([signal, late.signal]))
  } finally {
    clearTimeout(timer)
  }
}
