import { expect, test } from "vitest"
import { begin, commit, heartbeat, statement } from "../testing/changes.ts"
import { EmptyTransactions } from "./empty-transactions.ts"

/** A transaction without rows, so many seconds after the first. */
const empty = (offset: number, seconds: number) => {
  const timestamp = 1_700_000_000 + seconds
  return [
    { ...begin(offset), timestamp },
    { ...commit(offset), timestamp },
  ]
}

test("the first passes, then one when more than 5 s of the source have gone by", () => {
  const transactions = new EmptyTransactions()
  const passed = [0, 1, 5, 6, 7, 11, 12].filter(
    (seconds) => transactions.filter(empty(4, seconds)).length > 0,
  )
  expect(passed).toEqual([0, 6, 12])
})

test("one passes after 8,192 were dropped", () => {
  const transactions = new EmptyTransactions()
  const passed: number[] = []
  for (let n = 0; n < 20_000; n += 1) {
    if (transactions.filter(empty(n, 0)).length > 0) passed.push(n)
  }
  expect(passed).toEqual([0, 8193, 16_386])
})

test("only the begin is held back, and a delivered begin gets its end, however it is cut", () => {
  const transactions = new EmptyTransactions()
  expect(transactions.filter(empty(4, 0))).toHaveLength(2)
  const [start, row, end] = [begin(100), statement(110), commit(120)]
  expect(transactions.filter([start])).toEqual([])
  expect(transactions.filter([heartbeat(105)])).toEqual([])
  expect(transactions.filter([row])).toEqual([start, row])
  expect(transactions.filter([end])).toEqual([end])
})

test("a change without a transaction passes", () => {
  const change = statement(50)
  expect(new EmptyTransactions().filter([change])).toEqual([change])
})
