/** Lets others take their turn, and resolves when it is one's own again. */
export type Pass = () => Promise<void>

/** Does several things in turn, never two at once: each until it passes on or is done, in their order. */
export async function inTurns<T>(tasks: readonly ((pass: Pass) => Promise<T>)[]): Promise<readonly T[]> {
  const baton = new Baton()
  const outcomes = await Promise.allSettled(
    tasks.map(async (task) => {
      await baton.take()
      try {
        return await task(() => baton.pass())
      } finally {
        baton.give()
      }
    }),
  )
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason
    return outcome.value
  })
}

/** Held by one at a time; those who wait get it in the order in which they came. */
class Baton {
  readonly #waiting: (() => void)[] = []
  #isHeld = false

  async take(): Promise<void> {
    if (!this.#isHeld) this.#isHeld = true
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#isHeld = false
    else next()
  }

  async pass(): Promise<void> {
    const again = this.take()
    this.give()
    await again
  }
}
