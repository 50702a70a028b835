import type { ColumnValue } from "../value/column-codec.ts"

/**
 * A changed row: its values by ordinal before and after the change. `before` is `undefined` for an insert, `after`
 * for a delete. A column that the image does not hold is `undefined`, NULL is `null`.
 */
export interface RowImage {
  readonly before: readonly ColumnValue[] | undefined
  readonly after: readonly ColumnValue[] | undefined
}
