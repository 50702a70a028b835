import { expect, test } from "vitest"
import { Acknowledgements, type Delivery, violations } from "./deliveries.ts"

const came = (...changes: readonly number[]): readonly Delivery[] =>
  changes.map((change) => ({ change, acknowledged: false }))

test("changes in order, and again from an earlier one, are well", () => {
  expect(violations(came(1, 2, 3), 3)).toEqual([])
  expect(violations(came(1, 2, 3, 2, 3, 4), 4)).toEqual([])
})

test("a gap, a missing end and a repeated acknowledged change are told", () => {
  expect(violations(came(1, 3), 3)).toEqual(["after change 1 came 3"])
  expect(violations(came(1, 2), 3)).toEqual(["the last change is 3, the last that came is 2"])
  expect(violations([...came(1), { change: 1, acknowledged: true }], 1)).toEqual([
    "change 1 came again after it had been acknowledged",
  ])
})

test("an acknowledgement is known as long as the client or the server lives that it was told", () => {
  const acknowledgements = new Acknowledgements()
  acknowledgements.shown(1)
  expect(acknowledgements.has(1)).toBe(false)
  acknowledgements.acknowledged()
  acknowledgements.clientStarted()
  expect(acknowledgements.has(1)).toBe(true)
  acknowledgements.shown(2)
  acknowledgements.serverStarted()
  acknowledgements.acknowledged()
  expect([acknowledgements.has(1), acknowledgements.has(2)]).toEqual([false, true])
  acknowledgements.clientStarted()
  expect(acknowledgements.has(2)).toBe(false)
  expect(acknowledgements.missing(3)).toEqual([3])
  acknowledgements.shown(3)
  acknowledgements.clientStarted()
  expect(acknowledgements.missing(3)).toEqual([3])
  acknowledgements.shown(3)
  acknowledgements.acknowledging()
  acknowledgements.clientStarted()
  expect(acknowledgements.missing(3)).toEqual([])
})
