/**
 * Whole numbers from 1 as sorted intervals that neither touch nor overlap: `first` and `last` in turn, both included.
 */
export class IntervalList {
  readonly #bounds: number[]

  constructor(bounds: number[] = []) {
    this.#bounds = bounds
  }

  /** First and last of each interval in turn. */
  get bounds(): readonly number[] {
    return this.#bounds
  }

  /** The greatest number; `undefined` where there is none. */
  get last(): number | undefined {
    return this.#bounds.at(-1)
  }

  /** Whether the last interval holds more than one number. */
  get endsInRange(): boolean {
    return this.#bounds.at(-2) !== this.#bounds.at(-1)
  }

  copy(): IntervalList {
    return new IntervalList(this.#bounds.slice())
  }

  /** Takes an interval in. Costs nothing to speak of where it goes on behind the last one. */
  add(first: number, last: number): void {
    const bounds = this.#bounds
    const top = bounds.at(-1)
    if (top === undefined || first > top + 1) {
      bounds.push(first, last)
      return
    }
    const from = this.#firstEndingFrom(first - 1)
    let to = from
    let low = first
    let high = last
    while (to < bounds.length && at(bounds, to) <= last + 1) {
      low = Math.min(low, at(bounds, to))
      high = Math.max(high, at(bounds, to + 1))
      to += 2
    }
    if (to - from === 2) {
      bounds[from] = low
      bounds[from + 1] = high
    } else bounds.splice(from, to - from, low, high)
  }

  contains(first: number, last: number = first): boolean {
    const from = this.#firstEndingFrom(first)
    return from < this.#bounds.length && at(this.#bounds, from) <= first && at(this.#bounds, from + 1) >= last
  }

  includes(other: IntervalList): boolean {
    for (let i = 0; i < other.#bounds.length; i += 2)
      if (!this.contains(at(other.#bounds, i), at(other.#bounds, i + 1))) return false
    return true
  }

  /** What is in this list and not in the other. */
  without(other: IntervalList): IntervalList {
    const left: number[] = []
    let next = 0
    for (let i = 0; i < this.#bounds.length; i += 2) {
      let first = at(this.#bounds, i)
      const last = at(this.#bounds, i + 1)
      while (next < other.#bounds.length && at(other.#bounds, next + 1) < first) next += 2
      for (let j = next; j < other.#bounds.length && at(other.#bounds, j) <= last; j += 2) {
        if (at(other.#bounds, j) > first) left.push(first, at(other.#bounds, j) - 1)
        first = at(other.#bounds, j + 1) + 1
      }
      if (first <= last) left.push(first, last)
    }
    return new IntervalList(left)
  }

  /** `1-5:7`. */
  toString(): string {
    let text = ""
    for (let i = 0; i < this.#bounds.length; i += 2) {
      const first = at(this.#bounds, i)
      const last = at(this.#bounds, i + 1)
      if (i > 0) text += ":"
      text += first === last ? first : `${first}-${last}`
    }
    return text
  }

  /** Index of the first interval whose last number is `bound` or greater; most often the last interval. */
  #firstEndingFrom(bound: number): number {
    let low = 0
    let high = this.#bounds.length >> 1
    if (high > 0 && (high === 1 || at(this.#bounds, high * 2 - 3) < bound)) low = high - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (at(this.#bounds, middle * 2 + 1) < bound) low = middle + 1
      else high = middle
    }
    return low * 2
  }
}

function at(bounds: readonly number[], index: number): number {
  return bounds[index] ?? Number.NaN
}
