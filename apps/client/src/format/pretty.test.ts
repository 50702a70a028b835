import type { Change } from "@canal/client"
import { expect, test } from "vitest"
import { prettyLine } from "./pretty.ts"

const where = {
  schema: "shop",
  table: "t",
  position: { file: "binlog.000001", offset: 4, gtid: "" },
  timestamp: 0,
}
const lines = (change: Change): string => prettyLine(change, (_, text) => text)

test("one line for each kind of change", () => {
  expect(lines({ kind: "insert", ...where, key: ["id"], after: { id: 1, v: "a", n: null } })).toBe(
    '+ shop.t  id=1  v="a"  n=NULL\n',
  )
  expect(
    lines({
      kind: "update",
      ...where,
      key: ["id"],
      before: { id: 1, v: "a", w: 2 },
      after: { id: 1, v: "b", w: 2 },
      changed: ["v"],
    }),
  ).toBe('~ shop.t  id=1  v: "a" → "b"\n')
  expect(lines({ kind: "delete", ...where, key: ["id"], before: { id: 2n ** 60n } })).toBe(
    "- shop.t  id=1152921504606846976\n",
  )
  expect(lines({ kind: "ddl", ...where, type: "CREATE", sql: "CREATE TABLE t(\n\tid INT)" })).toBe(
    "# shop.t  CREATE TABLE t( id INT)\n",
  )
  expect(lines({ kind: "statement", ...where, table: "", type: "QUERY", sql: "x" })).toBe("# shop  x\n")
})

test("a column that the before image lacks has no old value", () => {
  expect(
    lines({ kind: "update", ...where, key: ["id"], before: { id: 1 }, after: { v: "b" }, changed: ["v"] }),
  ).toBe('~ shop.t  id=1  v: → "b"\n')
})

test("long values are shortened, bytes and documents shown, and nothing steers the terminal", () => {
  const line = lines({
    kind: "insert",
    ...where,
    table: "t\u001B[31m",
    key: [],
    after: {
      long: "x".repeat(1000),
      bytes: Uint8Array.of(0, 255),
      blob: new Uint8Array(300),
      json: { a: [1n, "\u009B"] },
      evil: "\u001B]0;title\u0007\n",
    },
  })
  expect(line).toContain('"… (1000 characters)')
  expect(line).toContain("bytes=0x00ff  ")
  expect(line).toContain("… (300 bytes)")
  expect(line).toContain('json={"a":[1,')
  expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u)
})
