import { expect, it } from "vitest"
import { BackOff } from "./back-off.ts"

it("doubles its waits up to ten seconds and begins anew after a reset", () => {
  const backOff = new BackOff(() => 1)
  const waits = Array.from({ length: 9 }, () => backOff.next())
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  backOff.reset()
  expect(backOff.next()).toBe(100)
})

it("waits at least half of that", () => {
  expect(new BackOff(() => 0).next()).toBe(50)
})
