import { expect, test } from "vitest"
import { compared } from "./compare.ts"

test.each([
  ["more", 100, 80, 0.8, true],
  ["more", 100, 79, 0.79, false],
  ["more", 100, 200, 2, true],
  ["less", 80, 100, 0.8, true],
  ["less", 79, 100, 0.79, false],
  ["less", 100, 50, 2, true],
] as const)("%s is better: from %d to %d is %d times as good", (better, before, now, ratio, ok) => {
  expect(compared("f", "u", better, [before], [now])).toEqual({
    figure: "f",
    unit: "u",
    before,
    now,
    ratio,
    ok,
  })
})

test("what could not be measured is lost", () => {
  expect(compared("f", "u", "more", [1], [Number.NaN]).ok).toBe(false)
})
