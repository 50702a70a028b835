import { ColumnType } from "@canal/binlog-protocol"
import type { Column } from "@canal/binlog-protocol"
import { expect, it } from "vitest"
import { typeText } from "./type-text.ts"

const NOTHING: Column = {
  type: ColumnType.NULL,
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
const UTF8MB4 = 255
const LATIN1 = 8
const BINARY = 63

const CASES: readonly (readonly [expected: string, column: Partial<Column>])[] = [
  ["tinyint", { type: ColumnType.TINY, unsigned: false }],
  ["int unsigned", { type: ColumnType.LONG, unsigned: true }],
  ["mediumint", { type: ColumnType.INT24 }],
  ["bigint unsigned", { type: ColumnType.LONGLONG, unsigned: true }],
  ["decimal(18,4)", { type: ColumnType.NEWDECIMAL, metadata: (18 << 8) | 4 }],
  ["decimal(5,2) unsigned", { type: ColumnType.NEWDECIMAL, metadata: (5 << 8) | 2, unsigned: true }],
  ["float", { type: ColumnType.FLOAT, metadata: 4 }],
  ["double unsigned", { type: ColumnType.DOUBLE, metadata: 8, unsigned: true }],
  ["bit(12)", { type: ColumnType.BIT, metadata: 12 }],
  ["year", { type: ColumnType.YEAR }],
  ["date", { type: ColumnType.DATE }],
  ["time", { type: ColumnType.TIME2, metadata: 0 }],
  ["timestamp(3)", { type: ColumnType.TIMESTAMP2, metadata: 3 }],
  ["datetime(6)", { type: ColumnType.DATETIME2, metadata: 6 }],
  ["varchar(20)", { type: ColumnType.VARCHAR, metadata: 80, collation: UTF8MB4 }],
  ["varchar(20)", { type: ColumnType.VARCHAR, metadata: 20, collation: LATIN1 }],
  ["varbinary(16)", { type: ColumnType.VARCHAR, metadata: 16, collation: BINARY }],
  ["char(10)", { type: ColumnType.STRING, metadata: 40, collation: UTF8MB4 }],
  ["binary(8)", { type: ColumnType.STRING, metadata: 8, collation: BINARY }],
  ["tinytext", { type: ColumnType.BLOB, metadata: 1, collation: UTF8MB4 }],
  ["text", { type: ColumnType.BLOB, metadata: 2, collation: UTF8MB4 }],
  ["mediumblob", { type: ColumnType.BLOB, metadata: 3, collation: BINARY }],
  ["longblob", { type: ColumnType.BLOB, metadata: 4, collation: BINARY }],
  ["enum('a','it''s')", { type: ColumnType.ENUM, metadata: 1, labels: ["a", "it's"] }],
  ["set('a,b')", { type: ColumnType.SET, metadata: 1, labels: ["a,b"] }],
  ["json", { type: ColumnType.JSON, metadata: 4 }],
  ["point", { type: ColumnType.GEOMETRY, metadata: 4, geometryType: 1 }],
  ["vector(3)", { type: ColumnType.VECTOR, metadata: 4, vectorDimensions: 3 }],
  ["uuid", { type: ColumnType.STRING, metadata: 16, collation: BINARY, special: "uuid" }],
]

it.each(CASES)("%s", (expected, column) => {
  expect(typeText({ ...NOTHING, ...column })).toBe(expected)
})
