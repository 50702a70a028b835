import type { TableMap } from "../event/table-map.ts"
import { foundColumns } from "../rows/found-column.ts"
import { FoundRows } from "../rows/found-rows.ts"
import { PlainRows } from "../rows/plain-rows.ts"
import type { RowReader } from "../rows/row-reader.ts"
import { wasmValues } from "../rows/wasm-values.ts"
import type { ColumnHints } from "../value/column.ts"

/** A row reader that reads all events plainly. */
export function plainReader(table: TableMap, hints?: ColumnHints): RowReader {
  const plain = new PlainRows(foundColumns(table, hints).map(({ codec }) => codec))
  return (event) => plain.read(event)
}

/** A row reader that reads all events by WebAssembly, small ones too. */
export function foundReader(table: TableMap, hints?: ColumnHints): RowReader {
  if (wasmValues === undefined) throw new Error("This engine has no WebAssembly")
  const columns = foundColumns(table, hints)
  const plain = new PlainRows(columns.map(({ codec }) => codec))
  const found = new FoundRows(wasmValues, columns, plain)
  return (event) => found.read(event)
}
