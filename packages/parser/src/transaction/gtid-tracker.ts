import { formatGtid } from "@canal/binlog-protocol"
import type { Gtid, GtidSet } from "@canal/binlog-protocol"
import type { TransactionGtid } from "../change.ts"

/** Keeps which transactions were seen, and what their changes say about it. */
export class GtidTracker {
  /** The current transaction's; one object for all its changes. */
  current: TransactionGtid | undefined
  /** All transactions seen, the current one included. */
  readonly #executed: GtidSet
  /** The same without the current one. */
  readonly #before: GtidSet
  #gtid: Gtid | undefined

  /** Takes the transactions that came before as a set of its own. */
  constructor(executed: GtidSet) {
    this.#executed = executed.copy()
    this.#before = executed.copy()
  }

  /** A transaction begins. The same one may begin again where the source sends it anew. */
  begin(gtid: Gtid, sequenceNumber: number | undefined, lastCommitted: number | undefined): void {
    const text = formatGtid(gtid)
    if (text === this.current?.current) return
    if (this.#gtid !== undefined) this.#before.add(this.#gtid)
    this.#gtid = gtid
    this.#executed.add(gtid)
    this.current = {
      executed: this.#executed.toString(),
      current: text,
      sequenceNumber,
      lastCommitted,
    }
  }

  /** The transactions before the current one: what to ask a source for to get the current one again. */
  before(): GtidSet {
    return this.#before.copy()
  }

  executed(): GtidSet {
    return this.#executed.copy()
  }
}
