import { setTimeout as delay } from "node:timers/promises"
import { ClientError } from "../errors.ts"
import type { Candidate, Locator } from "../locate/locator.ts"
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

/** Opens sessions with the server that the locator names, or the next of several, again and again until one serves. */
export class ServerFinder {
  readonly #locator: Locator
  readonly #identity: SessionIdentity
  readonly #backOff = new BackOff(FIRST_DELAY, MOST_DELAY)
  /** With whom the last session was opened; `undefined` before the first. */
  #candidate: Candidate | undefined
  /** When the last session was opened. */
  #openedAt = 0
  /** When somebody was last told of trouble; `undefined` once a connection was stable. */
  #toldAt: number | undefined
  /** Whether somebody should be told of the next success. */
  #tell = true

  constructor(locator: Locator, identity: SessionIdentity) {
    this.#locator = locator
    this.#identity = identity
  }

  /**
   * Tries every candidate, then waits, then tries again. Before the first success with servers that a person named it
   * gives up when each one's answer was one that waiting does not change; else only a refused password ends it, as
   * servers that change places refuse destinations for a while. The session is closed when its server is superseded.
   * @throws ClientError; the signal's reason.
   */
  async open(signal: AbortSignal): Promise<Session> {
    for (;;) {
      const candidates = await this.#locator.candidates(signal)
      const superseded = AbortSignal.any(candidates.map((candidate) => candidate.superseded))
      const failures: ClientError[] = []
      for (const candidate of candidates) {
        try {
          return await this.#try(candidate, signal)
        } catch (error) {
          signal.throwIfAborted()
          if (superseded.aborted) break
          if (!(error instanceof ClientError) || error.code === "AUTH_FAILED") throw error
          failures.push(error)
          this.#locator.avoid(candidate)
        }
      }
      const lasting = failures.find((failure) => !failure.retryable)
      if (this.#isHopeless(failures) && lasting !== undefined) throw lasting
      const failure = lasting ?? failures[0]
      if (superseded.aborted || failure === undefined) this.#backOff.reset()
      else await this.#wait(failure, superseded, signal)
    }
  }

  /** This session ended with this error: waits before the next attempt, unless there is another server. */
  async failed(session: Session, error: ClientError, signal: AbortSignal): Promise<void> {
    const candidate = this.#candidate
    if (session.works) this.#backOff.reset()
    if (candidate === undefined || candidate.superseded.aborted) return
    if (error.code === "SERVER_SILENT") this.#locator.avoid(candidate)
    if (performance.now() - this.#openedAt >= STABLE_AFTER) this.#toldAt = undefined
    await this.#wait(error, candidate.superseded, signal)
  }

  async #try(candidate: Candidate, signal: AbortSignal): Promise<Session> {
    const { superseded } = candidate
    const session = await Session.open(
      candidate.address,
      this.#identity,
      AbortSignal.any([signal, superseded]),
    )
    session.closeOn(superseded)
    if (this.#tell || this.#candidate?.superseded.aborted === true) {
      const { destination, clientId } = this.#identity
      publishNotice(
        "info",
        `connected to ${session.server} as client ${clientId} of destination ${destination}`,
      )
    }
    this.#tell = false
    this.#candidate = candidate
    this.#openedAt = performance.now()
    return session
  }

  /** Whether a person who named these servers waits in vain. */
  #isHopeless(failures: readonly ClientError[]): boolean {
    if (!this.#locator.isByHand || this.#candidate !== undefined) return false
    return failures.every(({ retryable }) => !retryable)
  }

  async #wait(error: ClientError, superseded: AbortSignal, signal: AbortSignal): Promise<void> {
    const now = performance.now()
    if (this.#toldAt === undefined || now - this.#toldAt >= NOTICE_EVERY) {
      this.#toldAt = now
      this.#tell = true
      publishNotice("warning", `${error.message}; trying again until it works`, error)
    }
    try {
      await delay(this.#backOff.next(), undefined, { signal: AbortSignal.any([signal, superseded]) })
    } catch {
      signal.throwIfAborted()
    }
  }
}
