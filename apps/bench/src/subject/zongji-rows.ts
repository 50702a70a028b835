import type { NamedValues, Rows } from "./changes.ts"

/** What both zongjis say of changed rows. An update has both images in one row. */
interface RowsOfEvent {
  readonly tableId: number
  readonly tableMap: Readonly<Record<number, { readonly tableName: string }>>
  readonly rows: readonly (NamedValues & { readonly before?: NamedValues; readonly after?: NamedValues })[]
  getEventName(): string
}

function hasRows(event: object): event is RowsOfEvent {
  return "rows" in event && "tableMap" in event
}

/** Gives the rows of an event on, and says how many they were; 0 for any other event. */
export function readZongjiRows(event: unknown, rows: Rows): number {
  if (typeof event !== "object" || event === null || !hasRows(event)) return 0
  const table = event.tableMap[event.tableId]?.tableName ?? ""
  switch (event.getEventName()) {
    case "writerows":
      for (const row of event.rows) rows.named(table, undefined, row)
      break
    case "deleterows":
      for (const row of event.rows) rows.named(table, row, undefined)
      break
    default:
      for (const { before, after } of event.rows) rows.named(table, before, after)
  }
  return event.rows.length
}
