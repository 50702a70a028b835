import { setTimeout as delay } from "node:timers/promises"
import { ClientError } from "../errors.ts"
import type { ServerAddress } from "../locate/server-list.ts"
import { publishNotice } from "../notices.ts"
import { BackOff } from "./back-off.ts"
import { Session, type SessionIdentity } from "./session.ts"

/** Milliseconds before the second attempt, and at most between two. */
const FIRST_DELAY = 100
const MOST_DELAY = 5000
/** Milliseconds that a connection must have lasted for its loss to be news. */
const STABLE_AFTER = 10_000
/** Milliseconds between two notices about the same trouble. */
const NOTICE_EVERY = 60_000

/** Opens sessions: with the server that served last, else with the next in the list, again and again until one serves. */
export class ServerFinder {
  readonly #servers: readonly ServerAddress[]
  readonly #identity: SessionIdentity
  readonly #backOff = new BackOff(FIRST_DELAY, MOST_DELAY)
  #current = 0
  /** When the last session was opened; `undefined` before the first. */
  #openedAt: number | undefined
  /** When somebody was last told of trouble; `undefined` once a connection was stable. */
  #toldAt: number | undefined
  /** Whether somebody should be told of the next success. */
  #tell = true

  constructor(servers: readonly ServerAddress[], identity: SessionIdentity) {
    this.#servers = servers
    this.#identity = identity
  }

  /**
   * Tries every server, then waits, then tries again. Before the first success it gives up when each server's answer was
   * one that waiting does not change; afterwards only a refused password ends it, as servers that change places refuse
   * destinations for a while.
   * @throws ClientError; the signal's reason.
   */
  async open(signal: AbortSignal): Promise<Session> {
    for (;;) {
      const failures: ClientError[] = []
      for (const _ of this.#servers) {
        try {
          return await this.#try(signal)
        } catch (error) {
          if (!(error instanceof ClientError) || error.code === "AUTH_FAILED") throw error
          failures.push(error)
          this.#current = (this.#current + 1) % this.#servers.length
        }
      }
      const [first] = failures
      if (first === undefined) throw new ClientError("INVALID_OPTION", "no server is given")
      const lasting = failures.find((failure) => !failure.retryable)
      if (
        this.#openedAt === undefined &&
        lasting !== undefined &&
        failures.every(({ retryable }) => !retryable)
      ) {
        throw lasting
      }
      await this.#wait(lasting ?? first, signal)
    }
  }

  /** This session ended with this error: waits before the next attempt. */
  async failed(session: Session, error: ClientError, signal: AbortSignal): Promise<void> {
    if (session.works) this.#backOff.reset()
    if (error.code === "SERVER_SILENT") this.#current = (this.#current + 1) % this.#servers.length
    if (this.#openedAt !== undefined && performance.now() - this.#openedAt >= STABLE_AFTER) {
      this.#toldAt = undefined
    }
    await this.#wait(error, signal)
  }

  async #try(signal: AbortSignal): Promise<Session> {
    const address = this.#servers[this.#current]
    if (address === undefined) throw new ClientError("INVALID_OPTION", "no server is given")
    const session = await Session.open(address, this.#identity, signal)
    this.#openedAt = performance.now()
    if (this.#tell) {
      const { destination, clientId } = this.#identity
      publishNotice(
        "info",
        `connected to ${session.server} as client ${clientId} of destination ${destination}`,
      )
    }
    this.#tell = false
    return session
  }

  async #wait(error: ClientError, signal: AbortSignal): Promise<void> {
    const now = performance.now()
    if (this.#toldAt === undefined || now - this.#toldAt >= NOTICE_EVERY) {
      this.#toldAt = now
      this.#tell = true
      publishNotice("warning", `${error.message}; trying again until it works`, error)
    }
    await delay(this.#backOff.next(), undefined, { signal })
  }
}
