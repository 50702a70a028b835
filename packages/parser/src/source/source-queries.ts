import { BinlogError, connectSource } from "@canal/binlog-protocol"
import type { SourceOptions } from "@canal/binlog-protocol"
import type { Query, TextRow } from "./query.ts"

type Connection = Awaited<ReturnType<typeof connectSource>>

/** The second connection to a source, for questions. Opened when first used, and anew after it broke. */
export class SourceQueries implements AsyncDisposable {
  readonly #source: SourceOptions
  readonly #signal: AbortSignal
  #connection: Promise<Connection> | undefined

  constructor(source: SourceOptions, signal: AbortSignal) {
    this.#source = source
    this.#signal = signal
  }

  /** A statement on a broken connection is run again on a new one, once. */
  readonly query: Query = async (sql, values) => {
    const isReused = this.#connection !== undefined
    try {
      return await this.#run(sql, values)
    } catch (error) {
      if (!isBroken(error)) throw error
      this.#drop()
      if (!isReused) throw lost(error)
    }
    try {
      return await this.#run(sql, values)
    } catch (error) {
      if (!isBroken(error)) throw error
      this.#drop()
      throw lost(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#drop()
    return Promise.resolve()
  }
}
