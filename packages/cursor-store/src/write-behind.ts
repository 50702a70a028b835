/** Writes the present state of something. */
export type WriteState = () => Promise<void>

/**
 * Writes a state that changes often: at most one write runs at a time, `flush` joins the next one to begin, and what
 * was only marked is written after the period. A write that failed is told to `failed` once, until one succeeds, and
 * tried again after the period.
 */
export class WriteBehind {
  readonly #write: WriteState
  readonly #period: number
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #failing = false

  /** @param period milliseconds */
  constructor(write: WriteState, period: number, failed: (error: unknown) => void) {
    this.#write = write
    this.#period = period
    this.#failed = failed
  }

  /** The state has changed and is to be written within the period. The timer keeps no process alive. */
  mark(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch((error: unknown) => {
        if (!this.#failing) this.#failed(error)
        this.#failing = true
      })
    }, this.#period).unref()
  }

  /** Whether something marked was not written yet. */
  get marked(): boolean {
    return this.#timer !== undefined || this.#running !== undefined
  }

  /** Resolves when the state as it is now has been written; rejects when that write failed. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#running === undefined) return this.#run()
    this.#next ??= this.#running.then(
      () => this.#run(),
      () => this.#run(),
    )
    return this.#next
  }

  /** Nothing is written any more; resolves when no write runs. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.allSettled([this.#running, this.#next])
  }

  #run(): Promise<void> {
    this.#next = undefined
    this.#running = this.#writeOnce()
    return this.#running
  }

  async #writeOnce(): Promise<void> {
    try {
      await this.#write()
      this.#failing = false
    } catch (error) {
      this.mark()
      throw error
    } finally {
      this.#running = undefined
    }
  }
}
