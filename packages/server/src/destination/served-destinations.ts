import type { SessionState } from "@canal/coordination"
import type { Delivery } from "../delivery/delivery.ts"
import { waitUntil } from "../delivery/wait-until.ts"
import { ServerError } from "../errors.ts"

/** Whether this server may serve a destination at this moment. */
export interface Authority {
  readonly state: SessionState
}

/** A destination that this server owns, or may own in a moment; without a delivery while it is being started. */
interface Served {
  readonly authority: Authority
  readonly delivery: Delivery | undefined
}

/** Milliseconds for which clients wait for a first answer to who runs a destination; then they are refused. */
const DECIDED_WITHIN = 5000

/** The destinations that this server runs, as its clients find them. */
export class ServedDestinations {
  readonly #served = new Map<string, Served>()
  readonly #undecided = new Map<string, NodeJS.Timeout>()
  readonly #waiting = new Set<() => void>()

  /** How many this server owns. */
  get size(): number {
    return this.#served.size - this.#undecided.size
  }

  /** Nobody knows yet who runs the destination: clients that are here already wait a while for the answer. */
  expect(destination: string): void {
    const decided = setTimeout(() => this.delete(destination), DECIDED_WITHIN).unref()
    this.#undecided.set(destination, decided)
    this.#served.set(destination, { authority: { state: "suspended" }, delivery: undefined })
  }

  /** From now on clients wait for the destination, or are served if there is a delivery. */
  set(destination: string, authority: Authority, delivery?: Delivery): void {
    this.#decide(destination)
    this.#served.set(destination, { authority, delivery })
    this.changed()
  }

  /** From now on clients are refused. */
  delete(destination: string): void {
    this.#decide(destination)
    this.#served.delete(destination)
    this.changed()
  }

  /** An authority has changed: whoever waits looks again. */
  changed(): void {
    for (const look of this.#waiting) look()
  }

  /**
   * The delivery of a destination that may be served at this moment; waits while it is being started, or while the
   * backend that says who owns it does not answer.
   * @throws ServerError `NOT_RUNNING` where this server does not own it; the signal's reason
   */
  async serving(destination: string, signal: AbortSignal): Promise<Delivery> {
    const isSettled = () => {
      const served = this.#served.get(destination)
      return served === undefined || isServed(served)
    }
    if (!isSettled()) {
      await waitUntil(isSettled, Infinity, signal, (look) => {
        this.#waiting.add(look)
        return () => this.#waiting.delete(look)
      })
    }
    const served = this.#served.get(destination)
    if (served?.delivery !== undefined && isServed(served)) return served.delivery
    signal.throwIfAborted()
    throw new ServerError("NOT_RUNNING", `destination:${destination} should start first`)
  }

  #decide(destination: string): void {
    clearTimeout(this.#undecided.get(destination))
    this.#undecided.delete(destination)
  }
}

function isServed({ authority, delivery }: Served): boolean {
  return delivery !== undefined && authority.state === "connected"
}
