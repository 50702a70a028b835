import type { ServerAddress } from "./server-list.ts"

/** A server that may serve the destination. */
export interface Candidate {
  readonly address: ServerAddress
  /** Aborted when another server is to be used instead, even where this one works; its reason is a ClientError. */
  readonly superseded: AbortSignal
}

/** Where the server of a destination is. */
export interface Locator {
  /**
   * Whether a person named the servers: then one that refuses for good at the first attempt is an error, and is not waited
   * for.
   */
  readonly isByHand: boolean
  /** Servers worth a try now, the best first; waits while there is none. */
  candidates(signal: AbortSignal): Promise<readonly Candidate[]>
  /** One does not serve: others come before it. */
  avoid(candidate: Candidate): void
}
