/** One change as a consumer saw it, in the order in which it came. */
export interface Delivery {
  /** Number of the change at its source: 1, 2, 3 … in commit order. */
  readonly change: number
  /** Whether it had been acknowledged, and someone alive knew. */
  readonly acknowledged: boolean
}

/**
 * Checks what at-least-once delivery promises of all deliveries to all runs of one consumer: every change from 1 to
 * `last` came; a step goes to the next change or back, never ahead; and nothing came that had been acknowledged.
 * @returns what is wrong, in words; empty when all is well.
 */
export function violations(deliveries: readonly Delivery[], last: number): readonly string[] {
  const found: string[] = []
  let previous = 0
  let greatest = 0
  for (const { change, acknowledged } of deliveries) {
    if (change > Math.max(previous, greatest) + 1) found.push(`after change ${previous} came ${change}`)
    if (acknowledged) found.push(`change ${change} came again after it had been acknowledged`)
    previous = change
    if (change > greatest) greatest = change
  }
  if (greatest !== last) found.push(`the last change is ${last}, the last that came is ${greatest}`)
  return found
}

/** Which changes are known to be acknowledged: to the client that runs, or to the server that runs. */
export class Acknowledgements {
  readonly #byClient = new Set<number>()
  readonly #byServer = new Set<number>()
  readonly #ever = new Set<number>()
  #shown: number[] = []
  #acknowledging = false
  /** Shown before the running server started: their acknowledgements may have gone to one that was killed. */
  #greatestBefore = 0
  #greatest = 0

  has(change: number): boolean {
    return this.#byClient.has(change) || this.#byServer.has(change)
  }

  /** Changes up to `last` that nobody ever acknowledged. */
  missing(last: number): readonly number[] {
    return Array.from({ length: last }, (_, i) => i + 1).filter((change) => !this.#ever.has(change))
  }

  shown(change: number): void {
    this.#shown.push(change)
    this.#greatest = Math.max(this.#greatest, change)
  }

  /** The client is about to acknowledge all that it was shown. */
  acknowledging(): void {
    this.#acknowledging = true
  }

  /** It has done so. */
  acknowledged(): void {
    this.#acknowledging = false
    for (const change of this.#shown) {
      this.#ever.add(change)
      this.#byClient.add(change)
      if (change > this.#greatestBefore) this.#byServer.add(change)
    }
    this.#shown = []
  }

  /** A new client runs, which knows nothing. */
  clientStarted(): void {
    // Killed between the acknowledgement and saying so; whether it arrived cannot be told.
    if (this.#acknowledging) for (const change of this.#shown) this.#ever.add(change)
    this.#acknowledging = false
    this.#byClient.clear()
    this.#shown = []
  }

  /** A new server runs, which may not know what the old one was told last. */
  serverStarted(): void {
    this.#byServer.clear()
    this.#greatestBefore = this.#greatest
  }
}
