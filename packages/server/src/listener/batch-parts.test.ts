import { expect, test } from "vitest"
import { Slab } from "../encode/slab.ts"
import { batchParts } from "./batch-parts.ts"

test("neighbours are one part, others not", () => {
  const [a, b] = [new Slab(100), new Slab(100)]
  a.bytes.fill(1)
  b.bytes.fill(2)
  const places = [
    { slab: a, start: 0, end: 10 },
    { slab: a, start: 10, end: 30 },
    { slab: a, start: 40, end: 50 },
    { slab: b, start: 50, end: 60 },
    { slab: b, start: 60, end: 70 },
  ]
  expect(batchParts(places)).toEqual([
    a.bytes.subarray(0, 30),
    a.bytes.subarray(40, 50),
    b.bytes.subarray(50, 70),
  ])
  expect(batchParts([])).toEqual([])
})
