/** How long to wait before the next attempt: doubles from `first` to `most`, with jitter so that clients spread. */
export class BackOff {
  readonly #first: number
  readonly #most: number
  readonly #random: () => number
  #failures = 0

  constructor(first: number, most: number, random: () => number = Math.random) {
    this.#first = first
    this.#most = most
    this.#random = random
  }

  /** Milliseconds to wait after one more failure: between half of the full delay and all of it. */
  next(): number {
    const full = Math.min(this.#most, this.#first * 2 ** this.#failures)
    this.#failures++
    return full * (0.5 + this.#random() / 2)
  }

  /** Things went well. */
  reset(): void {
    this.#failures = 0
  }
}
