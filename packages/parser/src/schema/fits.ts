import { ColumnType } from "@canal/binlog-protocol"
import type { Column } from "@canal/binlog-protocol"
import type { CatalogColumn } from "./schema-catalog.ts"

/**
 * Whether a column of the catalog can be the one that a table map describes. Structures change, and a name taken
 * from another structure would put values into the wrong column.
 */
export function fits(column: Column, known: CatalogColumn): boolean {
  const [, base = "", inBrackets = ""] = /^(\w+)(?:\(([^)]*)\))?/.exec(known.type) ?? []
  const layout = LAYOUTS.get(base)
  if (layout === undefined || !layout.types.includes(column.type)) return false
  if (column.name !== undefined && column.name !== known.name) return false
  const isNumber = NUMBERS.has(base) && column.unsigned !== undefined
  if (isNumber && column.unsigned !== (known.hint.unsigned ?? false)) return false
  switch (column.type) {
    case ColumnType.NEWDECIMAL: {
      const [precision = "10", scale = "0"] = inBrackets.split(",")
      return column.metadata === ((Number(precision) << 8) | Number(scale))
    }
    case ColumnType.TIME2:
    case ColumnType.DATETIME2:
    case ColumnType.TIMESTAMP2:
      return column.metadata === Number(inBrackets || 0)
    case ColumnType.BIT:
      return column.metadata === Number(inBrackets || 1)
    default:
      return layout.metadata === undefined || layout.metadata === column.metadata
  }
}

/** How a type of a column definition appears in a table map. */
interface Layout {
  readonly types: readonly ColumnType[]
  readonly metadata?: number
}

const NUMBERS = new Set("tinyint smallint mediumint int bigint float double decimal".split(" "))

const BLOBS = [
  ColumnType.BLOB,
  ColumnType.TINY_BLOB,
  ColumnType.MEDIUM_BLOB,
  ColumnType.LONG_BLOB,
  ColumnType.MARIADB_BLOB_COMPRESSED,
]
const STRINGS = [ColumnType.VARCHAR, ColumnType.VAR_STRING, ColumnType.MARIADB_VARCHAR_COMPRESSED]
const GEOMETRY: Layout = { types: [ColumnType.GEOMETRY] }

const LAYOUTS = new Map<string, Layout>([
  ["tinyint", { types: [ColumnType.TINY] }],
  ["smallint", { types: [ColumnType.SHORT] }],
  ["mediumint", { types: [ColumnType.INT24] }],
  ["int", { types: [ColumnType.LONG] }],
  ["bigint", { types: [ColumnType.LONGLONG] }],
  ["float", { types: [ColumnType.FLOAT] }],
  ["double", { types: [ColumnType.DOUBLE] }],
  ["decimal", { types: [ColumnType.NEWDECIMAL] }],
  ["bit", { types: [ColumnType.BIT] }],
  ["year", { types: [ColumnType.YEAR] }],
  ["date", { types: [ColumnType.DATE, ColumnType.NEWDATE] }],
  ["time", { types: [ColumnType.TIME2, ColumnType.TIME] }],
  ["datetime", { types: [ColumnType.DATETIME2, ColumnType.DATETIME] }],
  ["timestamp", { types: [ColumnType.TIMESTAMP2, ColumnType.TIMESTAMP] }],
  ["char", { types: [ColumnType.STRING] }],
  ["varchar", { types: STRINGS }],
  ["binary", { types: [ColumnType.STRING] }],
  ["varbinary", { types: STRINGS }],
  ...["text", "blob"].flatMap((kind): [string, Layout][] => [
    [`tiny${kind}`, { types: BLOBS, metadata: 1 }],
    [kind, { types: BLOBS, metadata: 2 }],
    [`medium${kind}`, { types: BLOBS, metadata: 3 }],
    [`long${kind}`, { types: BLOBS, metadata: 4 }],
  ]),
  ["enum", { types: [ColumnType.ENUM] }],
  ["set", { types: [ColumnType.SET] }],
  // LONGTEXT on MariaDB.
  ["json", { types: [ColumnType.JSON, ...BLOBS], metadata: 4 }],
  ["vector", { types: [ColumnType.VECTOR, ...STRINGS] }],
  ["inet4", { types: [ColumnType.STRING], metadata: 4 }],
  ["inet6", { types: [ColumnType.STRING], metadata: 16 }],
  ["uuid", { types: [ColumnType.STRING], metadata: 16 }],
  ["geometry", GEOMETRY],
  ["point", GEOMETRY],
  ["linestring", GEOMETRY],
  ["polygon", GEOMETRY],
  ["multipoint", GEOMETRY],
  ["multilinestring", GEOMETRY],
  ["multipolygon", GEOMETRY],
  ["geometrycollection", GEOMETRY],
  ["geomcollection", GEOMETRY],
])
