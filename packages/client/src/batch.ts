import type { Entry, Int64 } from "@canal/protocol"
import type { ReceivedBatch } from "./connection/session.ts"
import { type Change, changesIn } from "./decode/change.ts"
import { ClientError } from "./errors.ts"

/** Entries that were handed out together and are acknowledged together. */
export interface Batch {
  /** The server's number for it. */
  readonly id: Int64
  /**
   * What came, begins and ends of transactions included, without what this process has acknowledged before. To be asked for
   * before `ack`; what was asked for stays as it is.
   * @throws ClientError BATCH_ACKNOWLEDGED where only `changes` were asked for before: the memory has other entries by now.
   */
  readonly entries: readonly Entry[]
  /** The same as row changes and statements; decoded when first asked for. They share no memory with the entries. */
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
  /** The entries, for those who look at their headers only. */
  readonly received: readonly Entry[]
  /** `lost`: its connection ended before it was acknowledged. */
  state: "open" | "acknowledged" | "rolled back" | "lost" = "open"
  readonly #owner: BatchOwner
  readonly #release: () => void
  /** Whether the entries' bytes are looked at by others, or were given away. */
  #bytes: "ours" | "shared" | "released" = "ours"
  #changes: readonly Change[] | undefined

  constructor({ batchId, entries, release }: ReceivedBatch, owner: BatchOwner) {
    this.id = batchId
    this.received = entries
    this.#release = release
    this.#owner = owner
  }

  get entries(): readonly Entry[] {
    if (this.#bytes === "released") {
      throw new ClientError(
        "BATCH_ACKNOWLEDGED",
        `batch ${this.id} is acknowledged and its memory used again; ask for its entries before that`,
      )
    }
    this.#bytes = "shared"
    return this.received
  }

  get changes(): readonly Change[] {
    this.#changes ??= changesIn(this.received)
    return this.#changes
  }

  async ack(): Promise<void> {
    this.#owner.ack(this)
    if (this.#changes === undefined || this.#bytes !== "ours") return
    this.#bytes = "released"
    this.#release()
  }

  async rollback(): Promise<void> {
    this.#owner.rollback(this)
  }
}
