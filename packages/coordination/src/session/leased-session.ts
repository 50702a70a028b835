import { CoordinationError, type Session, type SessionState } from "../coordinator.ts"
import { Latest } from "../latest.ts"
import { type Moment, now, since } from "./moment.ts"

export interface LeasedSessionOptions {
  /** Milliseconds after which the backend ends a session that it hears nothing of. */
  readonly timeout: number
  /** When the request was sent with which the backend began the session. */
  readonly begun: Moment
  /**
   * Tells the backend that the session lives, and resolves when it has answered. Rejects with `SESSION_LOST` where the
   * backend says that the session is over; any other error counts as no answer.
   */
  readonly beat: () => Promise<void>
  /** For people. */
  readonly place: string
}

/** Parts of the timeout: from one beat to the next, and without an answer until the session counts as suspended. */
const BEAT = 1 / 3
const SUSPENDED = 2 / 3

/**
 * A session that lives as long as the backend hears of it, told by this process's own clock: since the last beat that
 * was answered was sent, at most `timeout` may pass. So a session counts as lost no later than the backend can end it,
 * whatever the backend's library believes and however long this process was paused.
 */
export class LeasedSession implements Session {
  readonly timeout: number
  readonly #options: LeasedSessionOptions
  readonly #ended = new AbortController()
  readonly #readers = new Set<Latest<SessionState>>()
  /** When the last beat that was answered was sent. */
  #heard: Moment
  /** Whether the backend's library says that it is connected. */
  #linked = true
  #told: SessionState = "connected"
  #timer: NodeJS.Timeout | undefined
  #wake: () => void = () => undefined

  constructor(options: LeasedSessionOptions) {
    this.#options = options
    this.timeout = options.timeout
    this.#heard = options.begun
    this.#tell()
    void this.#keep()
  }

  get lost(): AbortSignal {
    return this.#ended.signal
  }

  get state(): SessionState {
    if (this.#ended.signal.aborted) return "lost"
    const silence = since(this.#heard)
    if (silence >= this.timeout) {
      this.end(`nobody answered for ${Math.round(silence)} ms`)
      return "lost"
    }
    return this.#linked && silence < this.timeout * SUSPENDED ? "connected" : "suspended"
  }

  async *states(options: { readonly signal: AbortSignal }): AsyncGenerator<SessionState> {
    const latest = new Latest<SessionState>(this.state)
    if (this.lost.aborted) latest.close()
    this.#readers.add(latest)
    try {
      yield* latest.read(options.signal)
    } finally {
      this.#readers.delete(latest)
    }
  }

  /** @throws CoordinationError `SESSION_LOST` */
  assertAlive(): void {
    if (this.state === "lost") throw this.lost.reason
  }

  /** The backend's library says that nobody is there. Suspended until a beat is answered. */
  unlinked(): void {
    this.#linked = false
    this.#tell()
  }

  /** The backend's library says that somebody is there again: asks at once whether the session lives. */
  linked(): void {
    this.#wake()
  }

  /** The session is over. */
  end(why: string, cause?: unknown): void {
    if (this.#ended.signal.aborted) return
    const message = `the session with ${this.#options.place} is over: ${why}; connect again`
    this.#ended.abort(new CoordinationError("SESSION_LOST", message, cause === undefined ? {} : { cause }))
    this.#tell()
    this.#wake()
  }

  async #keep(): Promise<void> {
    const period = this.timeout * BEAT
    let wait = period
    while (!this.lost.aborted) {
      await this.#rest(wait)
      if (this.state === "lost") return
      const sent = now()
      try {
        await within(period, this.#options.beat())
        this.#heard = sent
        this.#linked = true
        wait = period
      } catch (error) {
        if (error instanceof CoordinationError && error.code === "SESSION_LOST") {
          this.end(error.message, error)
        }
        // An answer that came too late for one beat may come in time for the next.
        wait = period / 2
      }
      this.#tell()
    }
  }

  /** Waits, but not longer than until `linked` or `end`. */
  async #rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, milliseconds)
    await promise
    clearTimeout(timer)
  }

  /** Tells readers of the state if it has changed, and looks again when it would change by time alone. */
  #tell(): void {
    clearTimeout(this.#timer)
    const { state } = this
    if (state !== this.#told) {
      this.#told = state
      for (const reader of this.#readers) {
        reader.set(state)
        if (state === "lost") reader.close()
      }
    }
    if (state === "lost") return
    const silence = since(this.#heard)
    const next = silence < this.timeout * SUSPENDED ? this.timeout * SUSPENDED : this.timeout
    this.#timer = setTimeout(() => this.#tell(), Math.max(1, next - silence))
  }
}

/** @throws Error where a promise takes longer than so many milliseconds */
async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  try {
    await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
