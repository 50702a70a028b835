import { expect, test } from "vitest"
import { entry, together, transaction } from "../testing/entries.ts"
import { markBehind, markOfCursor, MarkTest, NOWHERE } from "./mark.ts"

const uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
const source = { host: "localhost", port: 3306 }
const cursor = { file: "binlog.000003", offset: 100, timestamp: 0, serverId: 1, source }
const first = transaction(100, 2, { gtid: `${uuid}:1-5` })
const second = transaction(200, 1, { gtid: `${uuid}:1-6` })
const covered = (test: MarkTest, entries: typeof first) => entries.map((each) => test.covers(each, 1))

test("by GTID set whole transactions are behind a cursor, wherever their events stand", () => {
  const behind = new MarkTest(markOfCursor({ ...cursor, gtid: `${uuid}:1-5`, included: false }))
  expect(covered(behind, first)).toEqual([true, true, true, true])
  expect(covered(behind, transaction(900, 0, { gtid: `${uuid}:1-3` }))).toEqual([true, true])
  expect(covered(behind, second)).toEqual([false, false, false])
  expect(behind.covers(entry("rows", 10), 1)).toBe(false)
})

test("within a transaction the place decides, but not in the file of another server", () => {
  const behind = new MarkTest(markBehind(NOWHERE, together(first.slice(0, 2))))
  expect(covered(behind, first)).toEqual([true, true, false, false])
  expect(covered(behind, second)).toEqual([false, false, false])
  expect(covered(behind, transaction(10, 1, { gtid: `${uuid}:1-5`, file: "other.000001" }))).toEqual([
    false,
    false,
    false,
  ])
})

test("entries that share an offset are told by their number", () => {
  const shared = [entry("begin", 100), entry("rows", 100), entry("rows", 100), entry("end", 100)]
  const one = markBehind(NOWHERE, together(shared.slice(0, 1)))
  const three = new MarkTest(markBehind(one, together(shared.slice(1, 3))))
  expect(shared.map((each, n) => three.covers(each, n + 1))).toEqual([true, true, true, false])
  const complete = markOfCursor({ ...cursor, gtid: "", included: false, complete: true })
  expect(shared.every((each, n) => new MarkTest(complete).covers(each, n + 1))).toBe(true)
})

test("the first cursor of a client has nothing at its offset behind it, a later one an end or a structure change", () => {
  const included = new MarkTest(markOfCursor({ ...cursor, gtid: "", included: true }))
  const later = new MarkTest(markOfCursor({ ...cursor, gtid: "", included: false }))
  const end = entry("end", 100)
  const begin = entry("begin", 100)
  const ddl = entry("rows", 100, { ddl: true })
  expect([end, begin, ddl].map((each) => included.covers(each, 1))).toEqual([false, false, false])
  expect([end, begin, ddl].map((each) => later.covers(each, 1))).toEqual([true, false, true])
  expect(later.covers(entry("end", 90), 1)).toBe(true)
  expect(later.covers(entry("end", 4, { file: "binlog.000004" }), 1)).toBe(false)
})
