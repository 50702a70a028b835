import { expect, test } from "vitest"
import { EncodedEntry } from "../encode/encoded-entry.ts"
import { Slab } from "../encode/slab.ts"
import { entry } from "../testing/entries.ts"
import { HeldMemory } from "./held-memory.ts"

const origin = { file: "b.1", offset: 4, length: 10, timestamp: 0, serverId: 1, gtid: undefined }
const facts = { kind: "rows", ackable: false, ddl: false, table: "" } as const
const inSlab = (slab: Slab, start: number) =>
  new EncodedEntry({ slab, start, end: start + 100 }, 98, origin, facts, 1)

test("a slab counts once, whole, from its first entry until one of the next slab goes", () => {
  const [a, b] = [new Slab(100_000), new Slab(200_000)]
  const own = entry("rows", 1, { bytes: Buffer.alloc(50_000) })
  const entries = [inSlab(a, 0), own, inSlab(a, 100), inSlab(b, 0), own, inSlab(b, 100)]
  const memory = new HeldMemory()
  const size = memory.sizeOf(entries)
  for (const each of entries) memory.add(each)
  expect(memory.bytes).toBe(size)
  const freed = entries.map((each) => {
    memory.remove(each)
    return Math.round((size - memory.bytes) / 10_000)
  })
  expect(freed).toEqual([0, 5, 5, 15, 20, 40])
  expect(memory.isEmpty).toBe(true)
})

test("what is added to a slab that is held costs no slab, also when it was held before", () => {
  const slab = new Slab(100_000)
  const memory = new HeldMemory()
  memory.add(inSlab(slab, 0))
  expect(memory.sizeOf([inSlab(slab, 100)])).toBeLessThan(1000)
  memory.remove(inSlab(slab, 0))
  expect(memory.bytes).toBe(0)
  expect(memory.sizeOf([inSlab(slab, 100)])).toBeGreaterThan(100_000)
})
