import { expect, test } from "vitest"
import { alternate, median, valuesOf } from "./alternate.ts"

test("the median of an even count lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
  expect(median([1, Number.NaN, 3])).toBeNaN()
})

test("contestants run in turn, and pass on within a round", async () => {
  const order: string[] = []
  const contestant =
    (name: string, values: readonly number[]) =>
    async (pass: () => Promise<void>): Promise<{ readonly rate: number }> => {
      const round = order.filter((other) => other === name).length
      order.push(name)
      await pass()
      order.push(`${name}'`)
      return { rate: values[round] ?? 0 }
    }
  const found = await alternate(
    new Map([
      ["a", contestant("a", [3, 1])],
      ["b", contestant("b", [10, 30])],
    ]),
    2,
  )
  expect(order).toEqual(["a", "b", "a'", "b'", "a", "b", "a'", "b'"])
  expect(valuesOf(found.get("a"), "rate")).toEqual([3, 1])
  expect(valuesOf(found.get("b"), "rate")).toEqual([10, 30])
  expect(valuesOf(found.get("b"), "other")).toEqual([Number.NaN, Number.NaN])
  expect(valuesOf(found.get("c"), "rate")).toEqual([])
})
