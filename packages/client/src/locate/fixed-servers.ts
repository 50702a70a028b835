import type { Candidate, Locator } from "./locator.ts"
import type { ServerAddress } from "./server-list.ts"

/** A list of servers that stays as it is: the one that served last, then the next ones. */
export class FixedServers implements Locator {
  readonly isByHand = true
  #candidates: readonly Candidate[]

  constructor(servers: readonly ServerAddress[]) {
    const never = new AbortController().signal
    this.#candidates = servers.map((address) => ({ address, superseded: never }))
  }

  async candidates(): Promise<readonly Candidate[]> {
    return this.#candidates
  }

  avoid(candidate: Candidate): void {
    if (this.#candidates[0] !== candidate) return
    this.#candidates = [...this.#candidates.slice(1), candidate]
  }
}
