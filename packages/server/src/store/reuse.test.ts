import * as fc from "fast-check"
import { expect, test } from "vitest"
import { Batch } from "../delivery/delivery.ts"
import type { EncodedEntry } from "../encode/encoded-entry.ts"
import { createEncoder } from "../encode/encoder.ts"
import type { Slab } from "../encode/slab.ts"
import { begin, commit, statement } from "../testing/changes.ts"
import { never } from "../testing/entries.ts"
import { EventStore } from "./event-store.ts"

/** An entry, and what its bytes were when it was made. */
interface Made {
  readonly entry: EncodedEntry
  readonly text: string
}

/** Too large for a slab that it would share. */
const large = (offset: number) => ({ ...statement(offset), sql: `${offset}`.repeat(12_000) })
const small = [begin, statement, commit]
const change = (offset: number) =>
  offset % 300 === 150 ? large(offset) : (small[offset % 3]?.(offset) ?? begin(offset))

const STEPS = ["put", "free", "take", "dispose", "clear"] as const

test("entries stay as they are while the store or a batch has them, whatever is freed and made meanwhile", async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat(1500)), { minLength: 20, maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const encoder = createEncoder()
      const store = new EventStore(1 << 30)
      let held: Made[] = []
      let batches: { readonly batch: Batch; readonly made: readonly Made[] }[] = []
      let offset = 0
      for (const [step, amount] of steps) {
        if (step === "put") {
          const changes = Array.from({ length: amount }, () => change(offset++))
          const entries = encoder.encode(changes)
          const made = Array.from(entries, (entry) => ({ entry, text: entry.bytes.toString("latin1") }))
          await store.put(entries, never)
          held.push(...made)
        } else if (step === "free") {
          store.free(store.first + amount)
          held = held.slice(amount)
        } else if (step === "take") {
          const { entries } = store.take(store.first, amount * 30)
          batches.push({ batch: new Batch(1, entries), made: held.slice(0, entries.length) })
        } else if (step === "dispose") {
          batches.shift()?.batch[Symbol.dispose]()
        } else if (amount < 200) {
          store.clear()
          held = []
        }
        for (const { entry, text } of [held, ...batches.map(({ made }) => made)].flat())
          if (entry.bytes.toString("latin1") !== text) expect(entry.bytes.toString("latin1")).toBe(text)
      }
      for (const { batch } of batches) batch[Symbol.dispose]()
      batches = []
      store.clear()
    }),
    { numRuns: 40 },
  )
})

test("a slab is used again when the store and every batch have let go of it, and not before", async () => {
  const encoder = createEncoder()
  const store = new EventStore(1 << 30)
  const put = async (count: number) => {
    for (let n = 0; n < count; n++) await store.put(encoder.encode([begin(n)]), never)
  }
  await put(6000)
  const slab = store.at(0)?.slab
  const batch = new Batch(1, store.take(0, 100).entries)
  store.free(store.next)
  const seen = new Set<Slab | undefined>()
  const putAndFree = async () => {
    for (let n = 0; n < 40_000; n += 1000) {
      await put(1000)
      seen.add(store.at(store.first)?.slab)
      store.free(store.next)
    }
  }
  await putAndFree()
  expect(seen.has(slab)).toBe(false)
  batch[Symbol.dispose]()
  await putAndFree()
  expect(seen.has(slab)).toBe(true)
  expect(seen.size).toBeLessThan(20)
})
