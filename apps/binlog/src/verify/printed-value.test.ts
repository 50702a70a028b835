import { type Column, ColumnType } from "@canal/binlog-protocol"
import { expect, test } from "vitest"
import { cFormatG, printedValue } from "./printed-value.ts"

function column(type: ColumnType, metadata = 0): Column {
  return {
    type,
    metadata,
    nullable: true,
    name: "c",
    unsigned: undefined,
    collation: undefined,
    labels: undefined,
    geometryType: undefined,
    vectorDimensions: undefined,
    visible: undefined,
    special: undefined,
  }
}

test.each([
  ["signed", column(ColumnType.TINY), "ff", ["-1 (255)"]],
  ["unsigned", { ...column(ColumnType.TINY), unsigned: true }, "ff", ["-1 (255)"]],
  ["of 24 bits", column(ColumnType.INT24), "ffff7f", ["8388607"]],
  ["DATE", column(ColumnType.DATE), "76d50f", ["'2026:11:22'"]],
  ["the year 0000", column(ColumnType.YEAR), "00", ["1900"]],
  ["BIT", column(ColumnType.BIT, 9), "0155", ["b'101010101'"]],
  ["SET", column(ColumnType.SET, 1), "05", ["b'00000101'"]],
  ["a label's number", { ...column(ColumnType.ENUM, 1), labels: ["a"] }, "01", ["1"]],
  ["TIMESTAMP", column(ColumnType.TIMESTAMP2, 3), "000000011f40", ["1.800"]],
  ["quotes", column(ColumnType.VARCHAR, 20), "270a5c", ["'\\'\\n\\\\'", "'\u0027\\x0a\\'"]],
  ["compressed", column(ColumnType.MARIADB_VARCHAR_COMPRESSED, 20), "0161", []],
  ["a string document", column(ColumnType.JSON, 1), "0c0161", ["'a'"]],
])("%s", (_, of, hex, forms) => {
  const bytes = Buffer.from(hex, "hex")
  expect(printedValue(of, 0)(bytes, 0, bytes.length)).toEqual(forms)
})

test.each([
  [123456.789, 6, "123457"],
  [-123457, 6, "-123457"],
  [1234565, 6, "1.23456e+06"],
  [1e-5, 6, "1e-05"],
  [0.0001, 6, "0.0001"],
  [-0, 6, "-0"],
  [0.1, 20, "0.10000000000000000555"],
  [1.7976931348623157e308, 20, "1.7976931348623157081e+308"],
  [100, 20, "100"],
])("%d with %i digits is %s in C", (value, digits, text) => {
  expect(cFormatG(value, digits)).toBe(text)
})
