import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { ColumnType } from "@canal/binlog-protocol"
import type { Column, TableMap } from "@canal/binlog-protocol"
import { describe, expect, it } from "vitest"
import { staticCatalog } from "./schema-catalog.ts"
import type { CatalogColumn } from "./schema-catalog.ts"
import { TableResolver } from "./table-resolver.ts"

const INT: Column = {
  type: ColumnType.LONG,
  metadata: 0,
  nullable: true,
  name: undefined,
  unsigned: undefined,
  collation: undefined,
  labels: undefined,
  geometryType: undefined,
  vectorDimensions: undefined,
  visible: undefined,
  special: undefined,
}

function tableMap(columns: readonly Column[], primaryKey?: readonly number[]): TableMap {
  return { tableId: 1, schema: "s", table: "t", columns, primaryKey }
}

function catalogColumn(name: string, type: string, key = false): CatalogColumn {
  return { name, type, key, hint: { name, unsigned: type.includes("unsigned") } }
}

function resolver(columns: readonly CatalogColumn[]): TableResolver {
  return new TableResolver(staticCatalog(new Map([["s.t", columns]])))
}

const ID = catalogColumn("id", "int unsigned", true)

describe("TableResolver", () => {
  it("takes names, keys and types from full row metadata", async () => {
    const named = { ...INT, name: "id", unsigned: true }
    const { table, hints } = await new TableResolver(undefined).resolve(tableMap([named], [0]))
    expect(table.columns).toEqual([{ name: "id", key: true, type: "int unsigned" }])
    expect(hints).toBeUndefined()
  })

  it("takes them from the catalog where the binlog has none", async () => {
    const map = tableMap([INT, { ...INT, type: ColumnType.VARCHAR, metadata: 80 }])
    const tables = resolver([ID, catalogColumn("v", "varchar(20)")])
    const { table, hints } = await tables.resolve(map)
    expect(table.columns).toEqual([
      { name: "id", key: true, type: "int unsigned" },
      { name: "v", key: false, type: "varchar(20)" },
    ])
    expect(hints?.[0]).toEqual({ name: "id", unsigned: true })
    expect(tables.known(map)?.table).toBe(table)
    tables.forget()
    expect(tables.known(map)).toBeUndefined()
  })

  it.each([
    ["another number of columns", [ID, ID]],
    ["another type", [catalogColumn("id", "bigint")]],
    ["no such table", []],
  ])("calls columns by their number and says so once: %s", async (_, columns) => {
    const messages: unknown[] = []
    const listen = (message: unknown) => messages.push(message)
    subscribe("canal:parser", listen)
    const tables = resolver(columns)
    const { table } = await tables.resolve(tableMap([INT]))
    await tables.resolve(tableMap([INT]))
    unsubscribe("canal:parser", listen)
    expect(table.columns).toEqual([{ name: "@1", key: false, type: "int" }])
    expect(messages).toEqual([expect.objectContaining({ level: "warning", code: "unknown-columns" })])
  })

  it("keeps the names of the binlog where the catalog has others", async () => {
    const { table, hints } = await resolver([ID]).resolve(tableMap([{ ...INT, name: "old" }]))
    expect(table.columns[0]?.name).toBe("old")
    expect(hints).toBeUndefined()
  })
})
