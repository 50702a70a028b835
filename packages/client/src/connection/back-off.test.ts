import { expect, test } from "vitest"
import { BackOff } from "./back-off.ts"

test("delays double up to the most, with jitter of half a delay, and begin again after a success", () => {
  const least = new BackOff(100, 1000, () => 0)
  expect([1, 2, 3, 4, 5, 6].map(() => least.next())).toEqual([50, 100, 200, 400, 500, 500])
  least.reset()
  expect(least.next()).toBe(50)
  const most = new BackOff(100, 1000, () => 1)
  expect([1, 2, 3, 4, 5].map(() => most.next())).toEqual([100, 200, 400, 800, 1000])
})
