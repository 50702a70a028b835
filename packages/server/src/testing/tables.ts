import type { Column, ColumnType, RowsEvent } from "@canal/binlog-protocol"
import type { ChangeOrigin, RowsChange, SourceTable } from "@canal/parser"

/** Where the changes of the tests are. */
export const ORIGIN: ChangeOrigin = {
  file: "binlog.000002",
  offset: 5_000_000_000,
  length: 102,
  timestamp: 1_795_366_829,
  serverId: 4_294_967_295,
  gtid: undefined,
}

/** A column of which the source said nothing but type and metadata. */
export function columnOf(type: ColumnType, metadata: number, more: Partial<Column> = {}): Column {
  return {
    type,
    metadata,
    nullable: true,
    name: undefined,
    unsigned: undefined,
    collation: undefined,
    labels: undefined,
    geometryType: undefined,
    vectorDimensions: undefined,
    visible: undefined,
    special: undefined,
    ...more,
  }
}

/** A table whose columns are called `id`, `c1`, `c2` and so on. */
export function tableOf(columns: readonly Column[], types: readonly string[]): SourceTable {
  return {
    schema: "gt",
    name: "t",
    map: { tableId: 249, schema: "gt", table: "t", columns, primaryKey: [0] },
    columns: types.map((type, index) => ({ name: index === 0 ? "id" : `c${index}`, key: index === 0, type })),
  }
}

/** For images that hold all of up to eight columns. */
export const ALL: Uint8Array = Uint8Array.of(0xff)

export function rowsOf(
  table: SourceTable,
  event: Pick<RowsEvent, "kind" | "beforeColumns" | "afterColumns" | "rows">,
): RowsChange {
  return {
    ...ORIGIN,
    kind: "rows",
    table,
    hints: undefined,
    values: () => [],
    event: {
      ...event,
      type: "rows",
      tableId: 249,
      table: table.map,
      endsStatement: true,
      file: ORIGIN.file,
      position: ORIGIN.offset,
      endPosition: ORIGIN.offset + ORIGIN.length,
      length: ORIGIN.length,
      timestamp: ORIGIN.timestamp,
      serverId: ORIGIN.serverId,
      typeCode: 30,
      flags: 0,
    },
  }
}
