import { expect, test, vi } from "vitest"
import { Witness } from "./witness.ts"

test("what comes in order and once is well", () => {
  const witness = new Witness()
  for (const change of [1, 2, 3]) witness.shown("a", change)
  witness.acknowledged("a")
  for (const change of [2, 3, 4]) witness.shown("b", change)
  expect(witness.violations()).toEqual([])
})

test("a gap, a repetition to who had acknowledged, and a cursor that goes back are seen", () => {
  const witness = new Witness()
  witness.shown("a", 1)
  witness.shown("a", 3)
  witness.acknowledged("a")
  witness.shown("a", 1)
  witness.cursor('{"journalName":"binlog.000002","position":100}')
  witness.cursor('{"journalName":"binlog.000001","position":900}')
  expect(witness.violations()).toHaveLength(3)
})

test("a change that was passed over when the client it was shown to died is seen", () => {
  const witness = new Witness()
  witness.shown("a", 1)
  witness.processed("a")
  witness.shown("a", 2)
  witness.shown("b", 3)
  witness.processed("b")
  expect(witness.violations()).toEqual([])
  expect(witness.unprocessed(3)).toEqual(["change 2 was processed by nobody"])
})

test("a batch from a server that does not own the destination is seen", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 10_000 })
  const witness = new Witness()
  witness.owned("a:1")
  witness.handedOut("a:1", 10_500)
  vi.setSystemTime(11_000)
  witness.owned(undefined)
  vi.setSystemTime(12_000)
  witness.owned("b:1")
  witness.handedOut("b:1", 11_999)
  witness.handedOut("a:1", 11_500)
  vi.useRealTimers()
  expect(witness.violations()).toEqual(["a:1 handed out at 1970-01-01T00:00:11.500Z what it did not own"])
})
