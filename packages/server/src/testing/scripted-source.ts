import type { Change, FilterSlot, StartPosition } from "@canal/parser"

/** One transaction of a scripted source: the tables of its rows in their order. */
export interface ScriptedTransaction {
  readonly tables: readonly string[]
  /** Whether all its changes share one offset, as those of a compressed one. */
  readonly compressed?: boolean
}

/** A change that says which table it is of. */
type NamedChange = Change & { readonly of?: string }

/**
 * A source that holds a binlog and can be followed from any cursor in it, by a filter, any number of times but only
 * once at a time. Its log grows when the test says so.
 */
export class ScriptedSource {
  readonly log: NamedChange[] = []
  readonly starts: (StartPosition | undefined)[] = []
  /** How many follow it at this moment, and the most that ever did. */
  readers = 0
  mostReaders = 0
  /** Thrown where the log ends. */
  failure: Error | undefined
  readonly #filter: FilterSlot
  readonly #waiting = new Set<() => void>()
  #offset = 100
  #row = 0

  constructor(filter: FilterSlot) {
    this.#filter = filter
  }

  write(...transactions: readonly ScriptedTransaction[]): void {
    for (const { tables, compressed = false } of transactions) {
      const length = (tables.length + 2) * 10
      const at = () => {
        const offset = this.#offset
        if (!compressed) this.#offset += 10
        return {
          file: "binlog.000001",
          offset,
          length: 10,
          timestamp: 1_700_000_000,
          serverId: 1,
          gtid: undefined,
        }
      }
      this.log.push({ ...at(), kind: "begin", threadId: 1, xid: undefined })
      for (const table of tables) {
        const sql = `${table} ${(this.#row += 1)}`
        const [schema = "", name = ""] = table.split(".")
        this.log.push({
          ...at(),
          kind: "statement",
          statement: "insert",
          schema,
          table: name,
          defaultSchema: undefined,
          sql,
          of: table,
        })
      }
      this.log.push({ ...at(), kind: "commit", transactionId: "1", xid: undefined })
      if (compressed) this.#offset += length
    }
    for (const wake of this.#waiting) wake()
  }

  /** Ends every reading with this error, as soon as the log is read. */
  break(error: Error): void {
    this.failure = error
    for (const wake of this.#waiting) wake()
  }

  async *follow(from: StartPosition | undefined, signal: AbortSignal): AsyncGenerator<readonly Change[]> {
    this.starts.push(from)
    this.readers += 1
    this.mostReaders = Math.max(this.mostReaders, this.readers)
    try {
      let next = this.#indexOf(from)
      const { file, offset } =
        from !== undefined && "file" in from ? from : { file: "binlog.000001", offset: 100 }
      const place = { file, offset, length: 0, timestamp: 1_700_000_000, serverId: 1, gtid: undefined }
      yield [{ ...place, kind: "heartbeat" }]
      while (!signal.aborted) {
        const changes = this.log.slice(next, next + 3)
        next += changes.length
        const wanted = changes.filter((change) => change.of === undefined || this.#wants(change.of))
        if (changes.length > 0) yield wanted
        else if (this.failure !== undefined) throw this.failure
        else await this.#more(signal)
      }
    } finally {
      // What is being closed takes its time.
      await new Promise(setImmediate)
      this.readers -= 1
    }
  }

  #wants(name: string): boolean {
    const [schema = "", table = ""] = name.split(".")
    return this.#filter.current.accepts(schema, table)
  }

  /** As the parser: behind an end that was acknowledged, else at the begin of the transaction at the position. */
  #indexOf(from: StartPosition | undefined): number {
    if (from === undefined || !("file" in from)) return 0
    let at = this.log.findIndex((change) => change.offset >= from.offset)
    if (at < 0) return this.log.length
    const isThere = this.log[at]?.offset === from.offset
    if (isThere && !from.included && this.log[at]?.kind === "commit") return at + 1
    if (isThere && !from.included && from.complete === true)
      while (this.log[at]?.offset === from.offset) at += 1
    return at
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener("abort", wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener("abort", wake)
    })
  }
}
