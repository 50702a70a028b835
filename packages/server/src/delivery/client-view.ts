import type { TableFilter } from "@canal/parser"
import type { EncodedEntry } from "../encode/encoded-entry.ts"
import { EmptyTransactionPace } from "../store/empty-transaction-pace.ts"
import type { StoredTables } from "../store/stored-tables.ts"
import { acceptsName } from "./client-filters.ts"

/** Verdicts that are kept; beyond it they are asked for anew. */
const LIMIT = 10_000

/** What one client sees of the entries that all share: its filter, and which empty transactions pass for it. */
export class ClientView {
  readonly filter: TableFilter
  readonly pace: EmptyTransactionPace = new EmptyTransactionPace()
  readonly #verdicts = new Map<string, boolean>()
  #hasForgotten = false
  #generation = -1
  #checked = 0
  #isWhole = true

  constructor(filter: TableFilter) {
    this.filter = filter
  }

  /** Whether all that the store holds passes, so that no entry need be looked at. */
  isWhole(tables: StoredTables): boolean {
    const { names, generation } = tables
    if (names === undefined) return false
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#checked = 0
      this.#isWhole = true
    }
    for (; this.#isWhole && this.#checked < names.length; this.#checked += 1)
      this.#isWhole = this.#accepts(names[this.#checked] ?? "")
    return this.#isWhole
  }

  /** Whether the filter lets an entry through; one that names no table passes. */
  admits({ table, otherTables }: EncodedEntry): boolean {
    if (table === "" || this.#accepts(table)) return true
    return otherTables?.some((name) => this.#accepts(name)) ?? false
  }

  /** Whether another filter accepts a table that this one has refused. */
  isWidenedBy(filter: TableFilter): boolean {
    if (this.#hasForgotten) return true
    for (const [name, accepted] of this.#verdicts) if (!accepted && acceptsName(filter, name)) return true
    return false
  }

  /** Tables that were left out of what the client has behind it; `undefined` stands for too many to tell. */
  remember(leftOut: ReadonlySet<string> | undefined): void {
    if (leftOut === undefined) this.#hasForgotten = true
    else for (const name of leftOut) this.#accepts(name)
  }

  /** Takes over which tables were refused, from the view that this one replaces. */
  inherit(view: ClientView): void {
    for (const [name, accepted] of view.#verdicts) if (!accepted) this.#verdicts.set(name, false)
  }

  #accepts(name: string): boolean {
    let verdict = this.#verdicts.get(name)
    if (verdict === undefined) {
      verdict = acceptsName(this.filter, name)
      if (this.#verdicts.size >= LIMIT) {
        this.#verdicts.clear()
        this.#hasForgotten = true
      }
      this.#verdicts.set(name, verdict)
    }
    return verdict
  }
}
