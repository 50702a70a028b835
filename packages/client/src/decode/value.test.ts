import type { Column } from "@canal/protocol"
import { expect, test } from "vitest"
import { valueOf } from "./value.ts"

const column = (mysqlType: string, sqlType: number, value: string | undefined): Column => ({
  index: 0,
  sqlType,
  name: "c",
  isKey: false,
  updated: false,
  isNull: value === undefined,
  value,
  mysqlType,
})

test.each([
  ["int(11) unsigned", 4, "4294967295", 4_294_967_295],
  ["BIGINT", -5, "9007199254740993", 9_007_199_254_740_993n],
  ["bigint unsigned", 3, "18446744073709551615", 18_446_744_073_709_551_615n],
  ["BOOLEAN", -6, "1", 1],
  ["bit(64)", -7, "18446744073709551615", 18_446_744_073_709_551_615n],
  ["YEAR", 12, "0000", 0],
  ["decimal(65,30)", 3, "1.500000000000000000000000000000", "1.500000000000000000000000000000"],
  ["DOUBLE", 8, "1.7976931348623157E308", Number.MAX_VALUE],
  ["float", 7, "1.0E-4", 1e-4],
  ["time(3)", 92, "-838:59:59.000", "-838:59:59.000"],
  ["datetime", 93, "0000-00-00 00:00:00", "0000-00-00 00:00:00"],
  ["varchar(20)", 12, "12", "12"],
  ["varbinary(20)", 2004, "\u0000ÿ", Uint8Array.of(0, 255)],
  ["GEOMETRY", 2004, "\u0001", Uint8Array.of(1)],
  ["enum('a','it''s, b','c')", 4, "2", "it's, b"],
  ["enum('a')", 4, "0", ""],
  ["enum('a')", 4, "7", 7],
  ["enum", 4, "2", 2],
  ["SET('x','y','z')", -7, "5", "x,z"],
  ["SET('x','y','z')", -7, "0", ""],
  ["set", -7, "5", 5],
  [
    "JSON",
    12,
    '{"a": [1, 18446744073709551615, 1.5e0, null]}',
    { a: [1, 18_446_744_073_709_551_615n, 1.5, null] },
  ],
  ["JSON", 12, "JSON_REPLACE(j, '$.a', 5)", "JSON_REPLACE(j, '$.a', 5)"],
  ["JSON", 2004, '"Ã©"', "é"],
  ["uuid", 1, "x", "x"],
  ["", 12, "x", "x"],
  ["int", 4, undefined, null],
])("%s of sqlType %i: %s", (mysqlType, sqlType, text, expected) => {
  expect(valueOf(column(mysqlType, sqlType, text))).toEqual(expected)
})
