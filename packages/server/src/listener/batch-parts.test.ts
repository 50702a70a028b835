import { expect, test } from "vitest"
import { Slab } from "../encode/slab.ts"
import { batchParts } from "./batch-parts.ts"

const origin = { file: "binlog.000003", offset: 4, timestamp: 0, serverId: 1, gtid: undefined }
const facts = { kind: "rows", ackable: false, ddl: false, table: "" } as const

function slabOf(fill: number, ...ends: readonly number[]): Slab {
  const slab = new Slab(100, ends.length)
  slab.bytes.fill(fill)
  for (const end of ends) slab.add(end, 5, 1, origin, facts)
  return slab
}

test("neighbours are one part, others not", () => {
  const [a, b] = [slabOf(1, 10, 30, 40, 50), slabOf(2, 50, 60, 70)]
  const runs = [
    { slab: a, from: 0, to: 1 },
    { slab: a, from: 1, to: 2 },
    { slab: a, from: 3, to: 4 },
    { slab: b, from: 1, to: 2 },
    { slab: b, from: 2, to: 3 },
  ]
  expect(batchParts(runs)).toEqual([
    a.bytes.subarray(0, 30),
    a.bytes.subarray(40, 50),
    b.bytes.subarray(50, 70),
  ])
  expect(batchParts([])).toEqual([])
})
