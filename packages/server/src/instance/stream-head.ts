import type { Change } from "@canal/parser"
import type { StreamPosition } from "../store/stream-position.ts"

/**
 * Where the reader of the source stands: behind the last transaction or structure change that was passed on, or at the
 * begin of the transaction under way. Reading from there misses nothing that was not passed on.
 */
export class StreamHead {
  #position: StreamPosition | undefined
  #inTransaction = false
  #known = unhandled()

  /** `undefined` until the source has said anything. */
  get position(): StreamPosition | undefined {
    return this.#position
  }

  /**
   * The position, as soon as there is one.
   * @throws the signal's reason when aborted before, or why there will be none.
   */
  async known(signal: AbortSignal): Promise<StreamPosition> {
    if (this.#position !== undefined) return this.#position
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason)
    signal.addEventListener("abort", abort, { once: true })
    try {
      while (this.#position === undefined) await Promise.race([this.#known.promise, aborted.promise])
      return this.#position
    } finally {
      signal.removeEventListener("abort", abort)
    }
  }

  /** The source is read anew: where is not known yet. */
  restart(): void {
    this.#inTransaction = false
    if (this.#position === undefined) return
    this.#position = undefined
    this.#known = unhandled()
  }

  /** The reader stopped for good: whoever waits for a position learns why. */
  fail(error: unknown): void {
    this.#known.reject(error)
  }

  /** What comes next begins here, if nothing else was said yet. */
  beginAt(change: Change): void {
    if (this.#position === undefined) this.#moveTo(change, change.offset, "")
    // A heartbeat as the first word says the GTIDs before what follows.
    if (change.kind === "heartbeat") this.advance([change])
  }

  /** These changes were passed on. */
  advance(changes: readonly Change[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case "begin":
          this.#moveTo(change, change.offset, this.#position?.gtid ?? "")
          this.#inTransaction = true
          break
        case "commit":
          this.#inTransaction = false
          this.#moveBehind(change)
          break
        case "rows":
        case "statement":
          break
        default:
          if (!this.#inTransaction) this.#moveBehind(change)
      }
    }
  }

  #moveBehind(change: Change): void {
    const gtid = change.gtid?.executed ?? this.#position?.gtid ?? ""
    this.#moveTo(change, change.offset + change.length, gtid)
  }

  #moveTo({ file, timestamp, serverId }: Change, offset: number, gtid: string): void {
    const before = this.#position
    this.#position = {
      file,
      offset,
      timestamp: timestamp > 0 ? timestamp * 1000 : (before?.timestamp ?? 0),
      serverId,
      gtid,
    }
    if (before === undefined) this.#known.resolve(this.#position)
  }
}

/** A promise that may be rejected without anybody waiting for it. */
function unhandled(): PromiseWithResolvers<StreamPosition> {
  const resolvers = Promise.withResolvers<StreamPosition>()
  resolvers.promise.catch(() => undefined)
  return resolvers
}
