import {
  type Column,
  decodeRowChange,
  type Entry,
  type EntryHeader,
  type EventType,
  type RowData,
} from "@canal/protocol"
import { jsonShapes } from "./json-reader.ts"
import type { Row } from "./rows/row-maker.ts"
import type { RowPlan } from "./rows/row-plan.ts"
import { RowsReader, type RowsVisitor } from "./rows/rows-reader.ts"
import { wasmImages } from "./rows/wasm-images.ts"
import { valueOf } from "./value.ts"

/** Where in the source's binlog something happened. */
export interface ChangePosition {
  readonly file: string
  /** Where its event begins. */
  readonly offset: number
  /** The GTID set up to and with its transaction, where the server works with GTIDs; else "". */
  readonly gtid: string
}

interface Common {
  readonly schema: string
  readonly table: string
  readonly position: ChangePosition
  /** Milliseconds since 1970 at which the statement ran, whole seconds. */
  readonly timestamp: number
}

/** A row came into being. */
export interface Insert extends Common {
  readonly kind: "insert"
  readonly key: readonly string[]
  readonly after: Row
}

/** A row changed. With `binlog_row_image=MINIMAL`, `before` has the key only and `after` only what changed. */
export interface Update extends Common {
  readonly kind: "update"
  /** The names of the key's columns. */
  readonly key: readonly string[]
  readonly before: Row
  readonly after: Row
  /** The names of the columns that changed. */
  readonly changed: readonly string[]
}

/** A row went. */
export interface Delete extends Common {
  readonly kind: "delete"
  readonly key: readonly string[]
  readonly before: Row
}

/** A statement that changed structure, or one that the source logged as text. */
export interface Statement extends Common {
  /** `statement` is anything but DDL: DML in statement format, XA verdicts, the text of a statement that rows follow. */
  readonly kind: "ddl" | "statement"
  /** What Canal takes it for. */
  readonly type: EventType
  readonly sql: string
}

export type Change = Insert | Update | Delete | Statement

const reader = wasmImages === undefined ? undefined : new RowsReader(wasmImages)

/** What an entry says, row by row. Begins and ends of transactions say nothing. */
export function changesOf(entry: Entry): readonly Change[] {
  return changesIn([entry])
}

/** What entries say, one after the other. */
export function changesIn(entries: readonly Entry[]): readonly Change[] {
  const changes: Change[] = []
  for (const entry of entries) {
    if (entry.entryType !== "ROWDATA") continue
    jsonShapes.tidy()
    const count = changes.length
    if (reader?.read(entry.storeValue, new RowChanges(commonOf(entry.header), changes)) === true) continue
    changes.length = count
    for (const change of decodedChangesOf(entry)) changes.push(change)
  }
  return changes
}

/** Makes changes of rows that are recognised. */
class RowChanges implements RowsVisitor {
  readonly #common: Common
  readonly #changes: Change[]

  /** @param changes where they are added */
  constructor(common: Common, changes: Change[]) {
    this.#common = common
    this.#changes = changes
  }

  insert({ key }: RowPlan, after: Row): void {
    const { schema, table, position, timestamp } = this.#common
    this.#changes.push({ kind: "insert", schema, table, position, timestamp, key, after })
  }

  update({ key }: RowPlan, before: Row, after: Row, changed: readonly string[]): void {
    const { schema, table, position, timestamp } = this.#common
    this.#changes.push({ kind: "update", schema, table, position, timestamp, key, before, after, changed })
  }

  delete({ key }: RowPlan, before: Row): void {
    const { schema, table, position, timestamp } = this.#common
    this.#changes.push({ kind: "delete", schema, table, position, timestamp, key, before })
  }
}

/** The same, by way of the entry's columns, however they are written. */
export function decodedChangesOf({ header, storeValue }: Entry): readonly Change[] {
  const { eventType = "UPDATE", isDdl = false, sql = "", rowDatas } = decodeRowChange(storeValue)
  const common = commonOf(header)
  if (rowDatas.length === 0) {
    return [{ kind: isDdl ? "ddl" : "statement", ...common, type: eventType, sql }]
  }
  return rowDatas.map((row) => rowChange(row, eventType, common))
}

function rowChange(row: RowData, eventType: EventType, common: Common): Change {
  const { beforeColumns, afterColumns } = row
  if (eventType === "INSERT") {
    return { kind: "insert", ...common, key: keyOf(afterColumns), after: rowOf(afterColumns) }
  }
  if (eventType === "DELETE") {
    return { kind: "delete", ...common, key: keyOf(beforeColumns), before: rowOf(beforeColumns) }
  }
  const changed: string[] = []
  for (const column of afterColumns) if (column.updated) changed.push(column.name)
  return {
    kind: "update",
    ...common,
    key: keyOf(beforeColumns),
    before: rowOf(beforeColumns),
    after: rowOf(afterColumns),
    changed,
  }
}

function commonOf(header: EntryHeader): Common {
  return {
    schema: header.schemaName ?? "",
    table: header.tableName ?? "",
    position: { file: header.logfileName, offset: header.logfileOffset, gtid: header.gtid ?? "" },
    timestamp: header.executeTime,
  }
}

function keyOf(columns: readonly Column[]): readonly string[] {
  const names: string[] = []
  for (const column of columns) if (column.isKey) names.push(column.name)
  return names
}

/** Properties of its own whatever their names, `__proto__` too. */
function rowOf(columns: readonly Column[]): Row {
  return Object.fromEntries(columns.map((column) => [column.name, valueOf(column)]))
}
