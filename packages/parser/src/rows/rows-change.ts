import { rowReader } from "@canal/binlog-protocol"
import type { RowImage, RowsEvent } from "@canal/binlog-protocol"
import type { RowsChange, TransactionGtid } from "../change.ts"
import type { ResolvedTable } from "../schema/table-resolver.ts"
import type { SourceTable } from "../table/source-table.ts"

const readers = new WeakMap<SourceTable, (event: RowsEvent) => readonly RowImage[]>()

/** Names the rows of an event. They stay bytes until someone calls `values`. */
export function rowsChange(
  event: RowsEvent,
  { table, hints }: ResolvedTable,
  gtid: TransactionGtid | undefined,
): RowsChange {
  return {
    kind: "rows",
    file: event.file,
    offset: event.position,
    length: event.length,
    timestamp: event.timestamp,
    serverId: event.serverId,
    gtid,
    table,
    event,
    hints,
    values,
  }
}

/** One function for all changes. */
function values(this: RowsChange): readonly RowImage[] {
  const { table, hints, event } = this
  let read = readers.get(table)
  if (read === undefined) {
    read = rowReader(table.map, hints)
    readers.set(table, read)
  }
  return read(event)
}
