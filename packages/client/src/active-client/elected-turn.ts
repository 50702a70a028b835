import type { Ownership, RunningData } from "@canal/coordination"
import { publishNotice } from "../notices.ts"
import type { Turn } from "./active-client.ts"

/** The right to consume of a process that holds the client's running node. */
export class ElectedTurn implements Turn {
  readonly #ownership: Ownership
  readonly #data: RunningData
  readonly #ended = new AbortController()
  #written: Promise<void> = Promise.resolve()
  #isLeaving = false

  constructor(ownership: Ownership, data: RunningData) {
    this.#ownership = ownership
    this.#data = data
    const end = (): void => {
      if (!this.#isLeaving) this.#ended.abort()
    }
    if (ownership.ended.aborted) end()
    ownership.ended.addEventListener("abort", end, { once: true })
  }

  get ended(): AbortSignal {
    return this.#ended.signal
  }

  async isCertain(signal: AbortSignal): Promise<boolean> {
    if (this.#ownership.state === "suspended") {
      for await (const state of this.#ownership.states({ signal })) if (state !== "suspended") break
    }
    return this.#ownership.state === "connected"
  }

  connectedFrom(address: string): void {
    this.#written = this.#written.then(() => this.#write({ ...this.#data, address }))
  }

  leave(): void {
    this.#isLeaving = true
  }

  async #write(data: RunningData): Promise<void> {
    try {
      await this.#ownership.rewrite(data)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      publishNotice("warning", `the client's running node cannot be rewritten: ${reason}`, error)
    }
  }
}
