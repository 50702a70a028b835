import { type FilterSlot, type TableFilter, tableFilter } from "@canal/parser"

/** Names of refused tables that are kept; beyond it any table counts as refused. */
const LIMIT = 10_000

/**
 * The filters of a destination's clients. As a slot for the parser it holds their union: a table is wanted where any
 * client wants it; without clients, where the destination's own filter does. Remembers which tables were refused.
 */
export class ClientFilters implements FilterSlot {
  current: TableFilter
  readonly #include: string
  readonly #exclude: string
  #refused = new Set<string>()

  /** @param options Canal's lists of regular expressions: `include` for those without a filter, `exclude` for all */
  constructor(
    options: { readonly include?: string | undefined; readonly exclude?: string | undefined } = {},
  ) {
    this.#include = options.include ?? ""
    this.#exclude = options.exclude ?? ""
    this.current = this.#remembering([this.of("")])
  }

  /**
   * The filter of a client that asked for these tables; "" stands for those of the destination.
   * @throws ParserError `INVALID_FILTER`
   */
  of(filter: string): TableFilter {
    return tableFilter({ include: filter === "" ? this.#include : filter, exclude: this.#exclude })
  }

  /** From now on the parser reads what any of these clients wants. */
  unite(filters: Iterable<string>): void {
    const distinct = new Set([...filters].map((filter) => (filter === "" ? this.#include : filter)))
    if (distinct.size === 0) distinct.add(this.#include)
    this.current = this.#remembering([...distinct].map((filter) => this.of(filter)))
  }

  /** Whether the filter accepts a table that the parser has left out since `forget`. */
  hasRefused(filter: TableFilter): boolean {
    if (this.#refused.size >= LIMIT) return true
    for (const name of this.#refused) if (acceptsName(filter, name)) return true
    return false
  }

  /**
   * The source is read anew: nothing was left out yet.
   * @returns the tables that were until now; `undefined` where they are too many to tell
   */
  forget(): ReadonlySet<string> | undefined {
    const refused = this.#refused
    this.#refused = new Set()
    return refused.size < LIMIT ? refused : undefined
  }

  #remembering(filters: readonly TableFilter[]): TableFilter {
    return {
      accepts: (schema, table) => {
        if (filters.some((filter) => filter.accepts(schema, table))) return true
        if (this.#refused.size < LIMIT) this.#refused.add(`${schema}.${table}`)
        return false
      },
    }
  }
}

/** Asks a filter about `schema.table`; where a name has more dots it does not matter which one divides it. */
export function acceptsName(filter: TableFilter, name: string): boolean {
  const dot = name.indexOf(".")
  return filter.accepts(name.slice(0, dot), name.slice(dot + 1))
}
