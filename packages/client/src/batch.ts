import type { Entry, Int64 } from "@canal/protocol"
import { type Change, changesIn } from "./decode/change.ts"

/** Entries that were handed out together and are acknowledged together. */
export interface Batch {
  /** The server's number for it. */
  readonly id: Int64
  /** What came, begins and ends of transactions included, without what this process has acknowledged before. */
  readonly entries: readonly Entry[]
  /** The same as row changes and statements; decoded when first asked for. */
  readonly changes: readonly Change[]
  /**
   * Says that everything in it has been dealt with: it does not come again. Batches are acknowledged in the order in
   * which they came. Resolves at once when the connection has been lost meanwhile: the client remembers, and leaves these
   * entries out when the server delivers them again. A second call does nothing.
   * @throws ClientError BATCH_OUT_OF_ORDER, BATCH_ROLLED_BACK, CLOSED
   */
  ack(): Promise<void>
  /**
   * Gives it back, and with it every other batch that is not acknowledged: all of them come again, in new batches. Does
   * nothing to a batch that was acknowledged, or whose connection was lost.
   */
  rollback(): Promise<void>
}

/** What a batch asks of the client that made it. */
export interface BatchOwner {
  ack(batch: OpenBatch): void
  rollback(batch: OpenBatch): void
}

/** The one implementation of `Batch`. */
export class OpenBatch implements Batch {
  readonly id: Int64
  readonly entries: readonly Entry[]
  /** `lost`: its connection ended before it was acknowledged. */
  state: "open" | "acknowledged" | "rolled back" | "lost" = "open"
  readonly #owner: BatchOwner
  #changes: readonly Change[] | undefined

  constructor(id: Int64, entries: readonly Entry[], owner: BatchOwner) {
    this.id = id
    this.entries = entries
    this.#owner = owner
  }

  get changes(): readonly Change[] {
    this.#changes ??= changesIn(this.entries)
    return this.#changes
  }

  async ack(): Promise<void> {
    this.#owner.ack(this)
  }

  async rollback(): Promise<void> {
    this.#owner.rollback(this)
  }
}
