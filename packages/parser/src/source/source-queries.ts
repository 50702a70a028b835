import { BinlogError, connectSource } from "@canal/binlog-protocol"
import type { SourceConnection, SourceOptions } from "@canal/binlog-protocol"
import type { Query } from "./query.ts"

/** The second connection to a source, for questions. Opened when first used, and anew after it broke. */
export class SourceQueries implements AsyncDisposable {
  readonly #source: SourceOptions
  readonly #signal: AbortSignal
  #connection: SourceConnection | undefined

  constructor(source: SourceOptions, signal: AbortSignal) {
    this.#source = source
    this.#signal = signal
  }

  /** A question that finds its connection broken since the last one is asked again on a new one, once. */
  readonly query: Query = async (sql, values) => {
    const kept = this.#connection
    if (kept !== undefined && !kept.broken.aborted) {
      try {
        return await kept.query(sql, values)
      } catch (error) {
        if (!(error instanceof BinlogError) || error.code !== "CONNECTION_LOST") throw error
      }
    }
    kept?.destroy()
    this.#connection = undefined
    this.#connection = await connectSource(this.#source, { signal: this.#signal })
    return this.#connection.query(sql, values)
  };

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.destroy()
    return Promise.resolve()
  }
}
