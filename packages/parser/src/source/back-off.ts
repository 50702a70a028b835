import { setTimeout as sleep } from "node:timers/promises"

const FIRST_MS = 100
const GREATEST_MS = 10_000

/** Waits between attempts: 0.1 s, doubled each time up to 10 s, of which a random half is left out. */
export class BackOff {
  #milliseconds = FIRST_MS
  readonly #random: () => number

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  reset(): void {
    this.#milliseconds = FIRST_MS
  }

  /** The next wait in milliseconds. */
  next(): number {
    const wait = this.#milliseconds * (0.5 + this.#random() / 2)
    this.#milliseconds = Math.min(this.#milliseconds * 2, GREATEST_MS)
    return wait
  }

  /** Waits for the next time; ends at once, without an error, when the signal is raised. */
  async wait(signal: AbortSignal): Promise<void> {
    await sleep(this.next(), undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}
