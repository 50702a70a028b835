import { expect, test } from "vitest"
import { type Delivery, violations } from "./deliveries.ts"

const came = (...changes: readonly number[]): readonly Delivery[] =>
  changes.map((change) => ({ change, acknowledged: 0 }))

test("changes in order, and again from an earlier one, are well", () => {
  expect(violations(came(1, 2, 3), 3)).toEqual([])
  expect(violations(came(1, 2, 3, 2, 3, 4), 4)).toEqual([])
})

test("a gap, a missing end and a repeated acknowledged change are told", () => {
  expect(violations(came(1, 3), 3)).toEqual(["after change 1 came 3"])
  expect(violations(came(1, 2), 3)).toEqual(["the last change is 3, the last that came is 2"])
  expect(
    violations(
      [
        { change: 1, acknowledged: 0 },
        { change: 1, acknowledged: 1 },
      ],
      1,
    ),
  ).toEqual(["change 1 came again after 1 had been acknowledged"])
})
