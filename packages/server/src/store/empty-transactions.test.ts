import { expect, test } from "vitest"
import { entry, transaction } from "../testing/entries.ts"
import { EmptyTransactions } from "./empty-transactions.ts"

const empty = (offset: number, timestamp: number) => transaction(offset, 0, { timestamp })

test("the first passes, then one when more than 5,000 ms of the source have gone by", () => {
  const transactions = new EmptyTransactions()
  const passed = [0, 1, 5000, 5001, 5002, 10_001, 10_002].filter(
    (ms) => transactions.filter(empty(4, 1_700_000_000_000 + ms)).length > 0,
  )
  expect(passed).toEqual([0, 5001, 10_002])
})

test("one passes after 8,192 were dropped", () => {
  const transactions = new EmptyTransactions()
  const passed: number[] = []
  for (let n = 0; n < 20_000; n += 1) {
    if (transactions.filter(empty(n, 1_700_000_000_000)).length > 0) passed.push(n)
  }
  expect(passed).toEqual([0, 8193, 16_386])
})

test("only the begin is held back, and a delivered begin gets its end, however it is cut", () => {
  const transactions = new EmptyTransactions()
  expect(transactions.filter(empty(4, 1))).toHaveLength(2)
  const [begin, row, end] = transaction(100, 1)
  expect(begin && transactions.filter([begin])).toEqual([])
  expect(row && transactions.filter([row])).toEqual([begin, row])
  expect(end && transactions.filter([end])).toEqual([end])
})

test("a structure change without a transaction passes", () => {
  const ddl = entry("rows", 50, { ddl: true, ackable: true })
  expect(new EmptyTransactions().filter([ddl])).toEqual([ddl])
})
