import { expect, test } from "vitest"
import { type FigurePlan, judge } from "./figure.ts"

const probe = { name: "p", group: "g", run: async () => ({}) }
const quantity = { probe, name: "q" }
const rate: FigurePlan = {
  figure: "values/t",
  unit: "rows/s",
  better: "more",
  quantity,
  peer: { name: "other", quantity },
  floor: 3,
}
const { peer: _, ...alone } = rate
const limit: FigurePlan = { ...alone, unit: "MB", better: "less", floor: 300 }

test("with a peer the floor is a ratio, for which more is better whatever the unit", () => {
  expect(judge(rate, [30], [10], true)).toMatchObject({ ratio: 3, peerValue: 10, peer: "other", ok: true })
  expect(judge(rate, [29], [10], true)).toMatchObject({ ok: false })
  expect(judge({ ...rate, better: "less", floor: 0.4 }, [25], [10], true)).toMatchObject({
    ratio: 0.4,
    ok: true,
  })
})

test("a ratio is one of a round, not one of medians", () => {
  // Half as fast a machine in the second and third round, for both.
  expect(judge(rate, [40, 20, 22], [10, 5, 5], true)).toMatchObject({ value: 22, peerValue: 5, ratio: 4 })
})

test("without a peer the floor is the greatest value", () => {
  expect(judge(limit, [300], undefined, true)).toMatchObject({
    ratio: null,
    peer: null,
    peerValue: null,
    ok: true,
  })
  expect(judge(limit, [301], undefined, true)).toMatchObject({ ok: false })
})

test("what was read wrongly or not measured is never ok, a figure without a floor neither", () => {
  expect(judge(rate, [30], [10], false).ok).toBe(false)
  expect(judge({ ...rate, floor: null }, [30], [10], false).ok).toBe(false)
  expect(judge({ ...limit, floor: null }, [Number.NaN], undefined, true).ok).toBe(false)
})
