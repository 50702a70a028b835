import { canGenerate } from "../bytes/generated.ts"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import type { ColumnHints } from "../value/column.ts"
import { foundColumns } from "./found-column.ts"
import { FoundRows } from "./found-rows.ts"
import { PlainRows } from "./plain-rows.ts"
import type { RowImage } from "./row-image.ts"
import { MOST_COLUMNS } from "./value-layout.ts"
import { wasmValues } from "./wasm-values.ts"

/** Reads all rows of an event of the table it was made for. */
export type RowReader = (event: RowsEvent) => readonly RowImage[]

/** Bytes of rows from which on an event is one of many rows. Sources write events of 8 KiB while there are rows. */
const MANY = 4096

/**
 * Prepares to read the rows of a table. The function it gives reads all rows of an event of that table into
 * JavaScript values, which share no memory with the event but for bytes of a MiB or more. It throws BinlogError
 * TRUNCATED or MALFORMED for bytes that are no rows of the table.
 *
 * Where Node allows it, events of many rows are read by WebAssembly, and by a function generated for the table, of numbers
 * and indexes only. For events of one row that is slower: functions of many tables take long to compile, and each is gone
 * from the processor's caches when its table comes again.
 */
export function rowReader(table: TableMap, hints?: ColumnHints): RowReader {
  const columns = foundColumns(table, hints)
  const plain = new PlainRows(columns.map(({ codec }) => codec))
  if (wasmValues === undefined || !canGenerate || columns.length > MOST_COLUMNS)
    return (event) => plain.read(event)
  const found = new FoundRows(wasmValues, columns, plain)
  return (event) => (event.rows.length < MANY ? plain : found).read(event)
}
