import { publishNotice } from "../notices.ts"

const REMIND_MS = 60_000

/** Tells of a source that is away: at once, then once a minute, and when it is back. */
export class Outage {
  readonly #address: string
  readonly #now: () => number
  #told: number | undefined

  constructor(address: string, now: () => number = () => performance.now()) {
    this.#address = address
    this.#now = now
  }

  failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    const now = this.#now()
    if (this.#told === undefined)
      publishNotice(
        "warning",
        "disconnected",
        `The source ${this.#address} is lost and is tried again: ${reason}`,
      )
    else if (now - this.#told >= REMIND_MS)
      publishNotice("warning", "waiting", `Still waiting for the source ${this.#address}: ${reason}`)
    else return
    this.#told = now
  }

  ended(): void {
    this.#told = undefined
    publishNotice("info", "connected", `Reading the binlog of ${this.#address}`)
  }
}
