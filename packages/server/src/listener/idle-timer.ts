/** The longest time that Node's timers can wait; more would fire at once. */
const LONGEST = 2_147_483_647

/** Calls back once when it was not refreshed for some time. Keeps no process alive. */
export class IdleTimer {
  readonly #timer: NodeJS.Timeout

  /** @param time milliseconds */
  constructor(time: number, idle: () => void) {
    this.#timer = setTimeout(idle, Math.min(time, LONGEST)).unref()
  }

  refresh(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
