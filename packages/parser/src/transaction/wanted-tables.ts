import type { TableMap } from "@canal/binlog-protocol"
import type { TableFilter } from "../filter/table-filter.ts"

/** Remembers what one filter says about each table map. */
export class WantedTables {
  readonly filter: TableFilter
  readonly #answers = new WeakMap<TableMap, boolean>()

  constructor(filter: TableFilter) {
    this.filter = filter
  }

  has(map: TableMap): boolean {
    let wanted = this.#answers.get(map)
    if (wanted === undefined) {
      wanted = this.filter.accepts(map.schema, map.table)
      this.#answers.set(map, wanted)
    }
    return wanted
  }
}
