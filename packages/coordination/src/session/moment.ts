/** A moment by both clocks of this machine. */
export interface Moment {
  /** Milliseconds that only go forward, but stand still while the machine sleeps. */
  readonly steady: number
  /** Milliseconds since 1970. */
  readonly wall: number
}

export function now(): Moment {
  return { steady: performance.now(), wall: Date.now() }
}

/** Milliseconds that have passed at most since a moment: by the clock that says more, since a lease must not outlive either. */
export function since(moment: Moment): number {
  return Math.max(performance.now() - moment.steady, Date.now() - moment.wall)
}
