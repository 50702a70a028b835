import { expect, test } from "vitest"
import { alternate, median } from "./alternate.ts"

test("the median of an even count lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test("contestants run in turn, and each quantity has a median of its own", async () => {
  const order: string[] = []
  const contestant = (name: string, values: readonly number[]) => async () => {
    order.push(name)
    const value = values[order.filter((other) => other === name).length - 1] ?? 0
    return { rate: value, memory: -value }
  }
  const found = await alternate(
    new Map([
      ["a", contestant("a", [3, 1, 2])],
      ["b", contestant("b", [10, 30, 20])],
    ]),
    3,
  )
  expect(order).toEqual(["a", "b", "a", "b", "a", "b"])
  expect(found.get("a")).toEqual({ rate: 2, memory: -2 })
  expect(found.get("b")).toEqual({ rate: 20, memory: -20 })
})
