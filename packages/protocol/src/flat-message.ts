import type { Column, RowData } from "./entry/column.ts"
import type { Entry } from "./entry/entry.ts"
import { decodeRowChange, type RowChange } from "./entry/row-change.ts"
import type { Int64 } from "./wire/int64.ts"

/** What a FlatMessage says that its entry does not. */
export interface FlatMessageOptions {
  /** The batch that brought the entry: member `id`. */
  readonly batchId: Int64
  /** Milliseconds since 1970 at which the message is made: member `ts`. */
  readonly timestamp: number
  /** The entry's content, where the caller has decoded it already. */
  readonly rowChange?: RowChange
}

/**
 * A ROWDATA entry as one line of Canal's FlatMessage JSON, without a line end: compact, members in alphabetical order,
 * columns in the table's order, values as text or null. Other entries have none.
 *
 * As Canal's, with two differences: the key columns of an UPDATE that only its before image has are in `data`, `pkNames`
 * and the types; and each row of `old` has exactly the columns that this row changed.
 * @throws ProtocolError MALFORMED
 */
export function flatMessageLine(entry: Entry, options: FlatMessageOptions): string | undefined {
  if (entry.entryType !== "ROWDATA") return undefined
  const { header } = entry
  const change = options.rowChange ?? decodeRowChange(entry.storeValue)
  const eventType = change.eventType ?? "UPDATE"
  const rows = change.rowDatas.map((row) => columnsOf(row, eventType))
  const first = rows[0]
  const last = rows.at(-1)
  const keys = first?.filter((column) => column.isKey) ?? []
  const isUpdate = eventType === "UPDATE"
  return (
    `{"data":${rows.length === 0 ? "null" : list(rows, values)}` +
    `,"database":${text(header.schemaName)}` +
    `,"es":${header.executeTime}` +
    `,"gtid":${text(header.gtid)}` +
    `,"id":${options.batchId}` +
    `,"isDdl":${change.isDdl ?? false}` +
    `,"mysqlType":${last === undefined ? "null" : object(last, mysqlType)}` +
    `,"old":${isUpdate && rows.length > 0 ? list(change.rowDatas, oldValues) : "null"}` +
    `,"pkNames":${keys.length === 0 ? "null" : list(keys, name)}` +
    `,"sql":${text(change.sql)}` +
    `,"sqlType":${last === undefined ? "null" : object(last, sqlType)}` +
    `,"table":${text(header.tableName)}` +
    `,"ts":${options.timestamp}` +
    `,"type":${text(eventType)}}`
  )
}

/** The columns that stand for the row: the image after the change, or before it for a DELETE. */
function columnsOf(row: RowData, eventType: string): readonly Column[] {
  if (eventType === "DELETE") return row.beforeColumns
  const { beforeColumns, afterColumns } = row
  const missing = beforeColumns.filter(
    (key) => key.isKey && !afterColumns.some((column) => column.index === key.index),
  )
  if (missing.length === 0) return afterColumns
  return [...missing, ...afterColumns].sort((a, b) => a.index - b.index)
}

function oldValues(row: RowData): string {
  const changed = new Set<number>()
  for (const column of row.afterColumns) if (column.updated) changed.add(column.index)
  return object(
    row.beforeColumns.filter((column) => changed.has(column.index)),
    value,
  )
}

const values = (columns: readonly Column[]): string => object(columns, value)
const value = (column: Column): string => (column.value === undefined ? "null" : JSON.stringify(column.value))
const name = (column: Column): string => JSON.stringify(column.name)
const sqlType = (column: Column): string => String(column.sqlType)
const mysqlType = (column: Column): string => JSON.stringify(column.mysqlType)
const text = (value: string | undefined): string => JSON.stringify(value ?? "")

/** Written by hand: an object of JavaScript would put a column named `1` first. */
function object(columns: readonly Column[], member: (column: Column) => string): string {
  let members = ""
  for (const column of columns) {
    members += `${members === "" ? "" : ","}${JSON.stringify(column.name)}:${member(column)}`
  }
  return `{${members}}`
}

function list<T>(items: readonly T[], item: (item: T) => string): string {
  return `[${items.map((each) => item(each)).join(",")}]`
}
