import { describe, expect, test } from "vitest"
import { parseBound } from "./bound.ts"
import { gtidFilter } from "./gtid-filter.ts"
import { parseTypes } from "./type-filter.ts"

describe("an end of what is wanted", () => {
  test.each([
    ["binlog.000007:4", { file: "binlog.000007", offset: 4 }],
    ["1970-01-02", { time: 86_400 }],
    ["1970-01-01 00:01", { time: 60 }],
    ["1970-01-01T00:00:01Z", { time: 1 }],
    ["1970-01-01T01:00:01+01:00", { time: 1 }],
  ])("%s", (text, bound) => {
    expect(parseBound(text)).toEqual(bound)
  })

  test.each(["", "never", "binlog.000007", "2026-13-01", "a b:4"])("%j is none", (text) => {
    expect(() => parseBound(text)).toThrow(RangeError)
  })
})

test("GTIDs of MariaDB stand for themselves, those of MySQL may be intervals", () => {
  const mariadb = gtidFilter("0-1-5, 0-1-7")
  expect(
    [4, 5, 6, 7].map((sequence) => mariadb({ flavor: "mariadb", domain: 0, serverId: 1, sequence })),
  ).toEqual([false, true, false, true])
  const sourceId = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
  const mysql = gtidFilter(`${sourceId}:2-3`)
  expect([1, 2, 3].map((sequence) => mysql({ flavor: "mysql", sourceId, tag: "", sequence }))).toEqual([
    false,
    true,
    true,
  ])
  expect(() => gtidFilter("x")).toThrow(/GTID set/)
})

test("types are named or refused", () => {
  expect([...parseTypes("rows, QUERY")]).toEqual(["rows", "query"])
  expect(() => parseTypes("rows,row")).toThrow(/has "row", which is none of/)
})
