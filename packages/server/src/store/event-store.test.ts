import { setTimeout } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import type { EncodedEntry } from "../encode/encoded-entry.ts"
import { createEncoder } from "../encode/encoder.ts"
import { begin, commit } from "../testing/changes.ts"
import { entry, never, transaction, together } from "../testing/entries.ts"
import { EventStore } from "./event-store.ts"

/** Bytes on the heap and in buffers that something still needs. Buffers are given back beside the collection, so it is made until nothing more goes. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString("--expose-gc")
  let inUse = Infinity
  for (;;) {
    runInNewContext("gc()")
    await setTimeout(20)
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    if (heapUsed + arrayBuffers > inUse - 10_000) return inUse
    inUse = heapUsed + arrayBuffers
  }
}

const offsets = (entries: Iterable<EncodedEntry>) => Array.from(entries, (each) => each.offset)

test("entries are taken in order, up to and with the one that goes beyond the size", async () => {
  const store = new EventStore(10_000)
  await store.put(together([1, 2, 3, 4].map((n) => entry("rows", n))), never)
  expect(offsets(store.take(0, 0).entries)).toEqual([1])
  expect(offsets(store.take(0, 100).entries)).toEqual([1, 2])
  expect(offsets(store.take(1, 199).entries)).toEqual([2, 3])
  expect(store.take(2, 10_000)).toMatchObject({ end: 4 })
  expect(store.take(4, 10_000)).toEqual({ entries: together([]), end: 4 })
  expect(offsets(store.take(0, -5).entries)).toEqual([1])
})

test("many entries pass through in order while few are held", async () => {
  const store = new EventStore(1000)
  const seen: number[] = []
  for (let n = 0; n < 5000; n += 3) {
    await store.put(together([n, n + 1, n + 2].map((each) => entry("rows", each))), never)
    const { entries, end } = store.take(seen.length, 150)
    seen.push(...offsets(entries))
    store.free(end)
    const rest = store.take(end, 10_000)
    seen.push(...offsets(rest.entries))
    store.free(rest.end)
    expect(store.bytes).toBe(0)
    expect(store.at(store.first - 1)?.offset).toBe(n + 2)
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i))
})

test("put waits until the array fits, and one array always fits into an empty store", async () => {
  const store = new EventStore(450)
  await store.put(together([1, 2, 3, 4].map((n) => entry("rows", n))), never)
  expect(store.bytes).toBeGreaterThan(450)
  let put = false
  const waiting = store.put(together([entry("rows", 5)]), never).then(() => {
    put = true
    return put
  })
  store.free(2)
  await Promise.resolve()
  await Promise.resolve()
  expect(put).toBe(false)
  store.free(3)
  expect(await waiting).toBe(true)
  expect(offsets(store.take(0, 10_000).entries)).toEqual([4, 5])
})

test("a full store of the smallest entries holds the memory that it counts, within a tenth", async () => {
  const encoder = createEncoder()
  const limit = 8 << 20
  const store = new EventStore(limit)
  const before = await memoryInUse()
  // The entries of one more slab would not fit.
  for (let n = 0; store.bytes < limit - (1 << 18) - 1000; n += 1)
    await store.put(encoder.encode([begin(n), commit(n)]), never)
  const held = (await memoryInUse()) - before
  expect(held / store.bytes).toBeLessThan(1.1)
  expect(held / store.bytes).toBeGreaterThan(0.9)
  expect(store.at(store.first)?.offset).toBe(0)
})

test("a put that waits is given up when aborted, and adds nothing", async () => {
  const store = new EventStore(100)
  await store.put(together([entry("rows", 1)]), never)
  const ended = new AbortController()
  const waiting = store.put(together([entry("rows", 2)]), ended.signal)
  ended.abort(new Error("over"))
  await expect(waiting).rejects.toThrow("over")
  expect(store.next).toBe(1)
})

test("the resume point is the begin of the transaction whose rows are the oldest held", async () => {
  const store = new EventStore(10_000)
  store.startAt("u:1-4")
  expect(store.resumePoint()).toBeUndefined()
  await store.put(together(transaction(100, 2, { gtid: "u:1-5" })), never)
  await store.put(together(transaction(200, 1, { gtid: "u:1-6" })), never)
  expect(store.resumePoint()).toMatchObject({ offset: 100, gtid: "u:1-4" })
  store.free(2)
  expect(store.resumePoint()).toMatchObject({ offset: 100, gtid: "u:1-4" })
  store.free(4)
  expect(store.resumePoint()).toMatchObject({ offset: 200, gtid: "u:1-5" })
  store.free(6)
  expect(store.resumePoint()).toMatchObject({ offset: 200, gtid: "u:1-5" })
  store.free(7)
  expect(store.resumePoint()).toBeUndefined()
})
