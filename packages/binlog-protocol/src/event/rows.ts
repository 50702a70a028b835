import type { EventBase } from "./event.ts"
import type { TableMap } from "./table-map.ts"

/**
 * WRITE, UPDATE or DELETE rows. The images stay bytes; `rowReader` reads them into values.
 * The bytes are a view of what was received and are never written again.
 */
export interface RowsEvent extends EventBase {
  readonly type: "rows"
  readonly kind: "insert" | "update" | "delete"
  readonly tableId: number
  readonly table: TableMap
  /** Whether this is the last event of its statement. */
  readonly endsStatement: boolean
  /** Which columns the before images hold, one bit a column, column 0 lowest; `undefined` for an insert. */
  readonly beforeColumns: Uint8Array | undefined
  /** Which columns the after images hold; `undefined` for a delete. */
  readonly afterColumns: Uint8Array | undefined
  /** The images, one behind the other: after (insert), before (delete), before and after in turn (update). */
  readonly rows: Buffer
}
