import { expect, test } from "vitest"
import { Slab } from "../encode/slab.ts"
import { entry } from "../testing/entries.ts"
import { HeldMemory } from "./held-memory.ts"

const origin = { file: "b.1", offset: 4, timestamp: 0, serverId: 1, gtid: undefined }
const facts = { kind: "rows", ackable: false, ddl: false, table: "" } as const

/** A slab of that size with two entries, each a run. */
function pair(size: number) {
  const slab = new Slab(size, 2)
  for (const end of [100, 200]) slab.add(end, 98, 1, origin, facts)
  return [
    { slab, from: 0, to: 1 },
    { slab, from: 1, to: 2 },
  ] as const
}

test("a slab counts once, whole, from its first entry until one of the next slab goes", () => {
  const [a, b] = [pair(100_000), pair(200_000)]
  const own = entry("rows", 1, { bytes: Buffer.alloc(50_000) })
  const runs = [a[0], own, a[1], b[0], own, b[1]]
  const memory = new HeldMemory()
  const size = memory.sizeOf(runs)
  for (const each of runs) memory.add(each)
  expect(memory.bytes).toBe(size)
  const freed = runs.map((each) => {
    memory.remove(each)
    return Math.round((size - memory.bytes) / 10_000)
  })
  expect(freed).toEqual([0, 5, 5, 15, 20, 40])
  expect(memory.isEmpty).toBe(true)
})

test("what is added to a slab that is held costs no slab, also when it was held before", () => {
  const [first, second] = pair(100_000)
  const memory = new HeldMemory()
  memory.add(first)
  expect(memory.sizeOf([second])).toBe(0)
  memory.remove(first)
  expect(memory.bytes).toBe(0)
  expect(memory.sizeOf([second])).toBeGreaterThan(100_000)
})

test("a GTID set counts with the entry of its transaction that moves cursors", () => {
  const memory = new HeldMemory()
  const gtid = "u:1-5".repeat(1000)
  const [begin, end] = [entry("begin", 1, { gtid, ackable: false }), entry("end", 2, { gtid })]
  expect(memory.sizeOf([end]) - memory.sizeOf([begin])).toBe(gtid.length)
  for (const each of [begin, end]) memory.add(each)
  memory.remove(end)
  expect(memory.bytes).toBe(memory.sizeOf([begin]))
})
