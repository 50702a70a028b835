/**
 * Hands a state that changes at any time to one reader: first the present one, then the last one after each change,
 * perhaps not each step. Ends when the signal is aborted or `close` is called.
 */
export class Latest<State> {
  #state: State
  #unread = true
  #closed = false
  #wake: () => void = () => undefined

  constructor(state: State) {
    this.#state = state
  }

  set(state: State): void {
    this.#state = state
    this.#unread = true
    this.#wake()
  }

  /** What was set is still handed out. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  async *read(signal: AbortSignal): AsyncGenerator<State, void, void> {
    const aborted = () => this.#wake()
    signal.addEventListener("abort", aborted)
    try {
      while (!signal.aborted) {
        if (this.#unread) {
          this.#unread = false
          const state = this.#state
          yield state
        } else if (this.#closed) {
          return
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
        }
      }
    } finally {
      signal.removeEventListener("abort", aborted)
    }
  }
}
