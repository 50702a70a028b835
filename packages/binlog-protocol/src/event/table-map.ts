import type { Column } from "../value/column.ts"
import type { EventBase } from "./event.ts"

/** TABLE_MAP: which table the following rows belong to, and how its columns are laid out. */
export interface TableMapEvent extends EventBase {
  readonly type: "table-map"
  /** The number by which the rows that follow name the table. */
  readonly tableId: number
  readonly table: TableMap
}

/**
 * A table as a table map describes it. The same object serves every event whose table map has the same bytes, so
 * that what is prepared for it can be kept in a `WeakMap`.
 */
export interface TableMap {
  /** The number in the first of these table maps. It changes from event to event: see `TableMapEvent` and `RowsEvent`. */
  readonly tableId: number
  readonly schema: string
  readonly table: string
  readonly columns: readonly Column[]
  /** Ordinals of the primary key's columns in key order; `undefined` unless row metadata is FULL. */
  readonly primaryKey: readonly number[] | undefined
}
