import { createMemoryCursorStore } from "@canal/cursor-store"
import { expect, test, vi } from "vitest"
import { createEncoder } from "../encode/encoder.ts"
import { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import { begin, statement } from "../testing/changes.ts"
import { entry, never, transaction, together } from "../testing/entries.ts"
import { ClientFilters } from "./client-filters.ts"
import { Delivery } from "./delivery.ts"

const source = { host: "localhost", port: 3306 }
const standing: StreamPosition = { file: "binlog.000003", offset: 4, timestamp: 1, serverId: 1, gtid: "" }

async function opened(
  options: {
    limit?: number
    cursors?: ReturnType<typeof createMemoryCursorStore>
    position?: () => Promise<StreamPosition>
  } = {},
) {
  const store = new EventStore(options.limit ?? 1_000_000)
  const cursors = options.cursors ?? createMemoryCursorStore()
  const filters = new ClientFilters()
  const goBack = vi.fn()
  const delivery = await Delivery.open({
    destination: "shop",
    store,
    cursors,
    source,
    position: options.position ?? (async () => standing),
    filters,
    goBack,
  })
  const get = async (clientId = 1001, fetchSize = 1000) =>
    delivery.get(clientId, { fetchSize, wait: 0, signal: never })
  return { store, cursors, filters, delivery, get, goBack }
}

test("a first subscription stores where its client will be served from", async () => {
  const { delivery, store, cursors } = await opened()
  await delivery.subscribe(1001, "", never)
  expect(await cursors.cursor(1001)).toEqual({ ...standing, included: true, source })
  await store.put(together(transaction(100, 1)), never)
  await delivery.subscribe(1002, "", never)
  expect(await cursors.cursor(1002)).toMatchObject({ offset: 100, included: true })
  expect(await cursors.cursor(1001)).toMatchObject({ offset: 4 })
})

test("ids rise over everything, and the same entries come again after a rollback", async () => {
  const { delivery, store, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await store.put(together(transaction(100, 1)), never)
  await store.put(together(transaction(200, 1)), never)
  const first = await get()
  expect(first).toMatchObject({ id: 1 })
  expect(first?.entries).toHaveLength(6)
  expect(await get()).toBeUndefined()
  delivery.rollBack(1001)
  const second = await get()
  expect(second).toEqual({ id: 2, entries: first?.entries })
  await delivery.unsubscribe(1001)
  await delivery.subscribe(1001, "", never)
  expect(await get()).toMatchObject({ id: 3 })
})

test("acknowledging goes in order, frees, and moves the cursor", async () => {
  const { delivery, store, cursors, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await store.put(together(transaction(100, 1)), never)
  await get(1001, 0)
  await get()
  expect(() => delivery.acknowledge(1001, 2)).toThrow("batchId:2 is not the firstly:1")
  delivery.acknowledge(1001, 1)
  expect(await cursors.cursor(1001)).toMatchObject({ offset: 100, included: false })
  delivery.acknowledge(1001, 2)
  expect(await cursors.cursor(1001)).toMatchObject({ offset: 120, included: false })
  expect(store.bytes).toBe(0)
  expect(() => delivery.acknowledge(1001, 2)).toThrow(
    "ack error , clientId:1001 batchId:2 is not exist , please check",
  )
})

test("a batch within one transaction frees but leaves the cursor", async () => {
  const { delivery, store, cursors, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await store.put(together([entry("rows", 100), entry("rows", 110)]), never)
  await get()
  delivery.acknowledge(1001, 1)
  expect(await cursors.cursor(1001)).toMatchObject({ offset: 4, included: true })
  expect(store.bytes).toBe(0)
})

test("the cursor at a compressed transaction says that all of it is acknowledged", async () => {
  const { delivery, store, cursors, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await store.put(together([entry("begin", 100), entry("rows", 100), entry("end", 100)]), never)
  await get(1001, 0)
  delivery.acknowledge(1001, 1)
  expect((await cursors.cursor(1001))?.complete).toBeUndefined()
  await get(1001, 0)
  delivery.acknowledge(1001, 2)
  await get(1001, 0)
  delivery.acknowledge(1001, 3)
  expect(await cursors.cursor(1001)).toMatchObject({ offset: 100, complete: true })
})

test("rolling back the oldest batch takes those after it along", async () => {
  const { delivery, store, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await store.put(together(transaction(100, 1)), never)
  await get(1001, 0)
  await get()
  expect(() => delivery.rollBackBatch(1001, 2)).toThrow("batchId:2 is not the firstly:1")
  expect(() => delivery.rollBackBatch(1001, 9)).toThrow(
    "rollback error, clientId:1001 batchId:9 is not exist , please check",
  )
  delivery.rollBackBatch(1001, 1)
  expect((await get())?.entries).toHaveLength(3)
  expect(() => delivery.acknowledge(1001, 2)).toThrow("is not exist")
})

test("clients are independent: each gets everything, and the slowest holds the store", async () => {
  const { delivery, store, get } = await opened()
  await delivery.subscribe(1001, "", never)
  await delivery.subscribe(1002, "", never)
  await store.put(together(transaction(100, 1)), never)
  expect((await get(1001))?.entries).toHaveLength(3)
  expect((await get(1002, 0))?.entries).toHaveLength(1)
  delivery.acknowledge(1001, 1)
  expect(store.first).toBe(0)
  delivery.acknowledge(1002, 1)
  expect(store.first).toBe(1)
  await delivery.unsubscribe(1002)
  expect(store.bytes).toBe(0)
})

test("who is not subscribed is refused, but may roll back and unsubscribe", async () => {
  const { delivery, get } = await opened()
  const text =
    "ClientIdentity:ClientIdentity[destination=shop,clientId=1002,filter=<null>] should subscribe first"
  await expect(get(1002)).rejects.toThrow(text)
  expect(() => delivery.acknowledge(1002, 1)).toThrow(text)
  delivery.rollBack(1002)
  delivery.rollBackBatch(1002, 5)
  await delivery.unsubscribe(1002)
})

test("a waiting get answers as soon as there is something, and not after its signal", async () => {
  const { delivery, store } = await opened()
  await delivery.subscribe(1001, "", never)
  const gone = new AbortController()
  const left = delivery.get(1001, { fetchSize: 1000, wait: Infinity, signal: gone.signal })
  gone.abort()
  expect(await left).toBeUndefined()
  const waiting = delivery.get(1001, { fetchSize: 1000, wait: Infinity, signal: never })
  await store.put(together(transaction(100, 1)), never)
  expect((await waiting)?.entries).toHaveLength(3)
  expect(await delivery.get(1001, { fetchSize: 1000, wait: 5, signal: never })).toBeUndefined()
  const again = delivery.get(1001, { fetchSize: 1000, wait: 60_000, signal: never })
  delivery.rollBack(1001)
  expect((await again)?.entries).toHaveLength(3)
  const unsubscribed = delivery.get(1001, { fetchSize: 1000, wait: 60_000, signal: never })
  await delivery.unsubscribe(1001)
  await expect(unsubscribed).rejects.toMatchObject({ code: "NOT_SUBSCRIBED" })
})

test("a filter replaces the one stored, and one that cannot be read changes nothing", async () => {
  const { delivery, cursors, filters } = await opened()
  await delivery.subscribe(1001, "shop\\..*", never)
  expect(filters.current.accepts("crm", "t")).toBe(false)
  await expect(delivery.subscribe(1001, "shop\\.(", never)).rejects.toMatchObject({ code: "INVALID_FILTER" })
  expect(await cursors.subscriptions()).toEqual([{ clientId: 1001, filter: "shop\\..*" }])
  await delivery.subscribe(1001, "", never)
  expect(filters.current.accepts("crm", "t")).toBe(true)
  expect(await cursors.subscriptions()).toEqual([{ clientId: 1001, filter: "" }])
})

test("clients that the cursor store knows are served from the first entry on", async () => {
  const cursors = createMemoryCursorStore()
  await cursors.subscribe({ clientId: 1001, filter: "" })
  const { store, get } = await opened({ cursors })
  await store.put(together(transaction(100, 1)), never)
  expect((await get())?.entries).toHaveLength(3)
})

test("after a start a client that is ahead is not given what it has acknowledged", async () => {
  const cursors = createMemoryCursorStore()
  const cursor = { ...standing, included: false, source }
  for (const clientId of [1, 2, 3, 4]) await cursors.subscribe({ clientId, filter: "" })
  cursors.move(1, { ...cursor, offset: 100 })
  cursors.move(2, { ...cursor, offset: 220 })
  cursors.move(3, { ...cursor, offset: 300, complete: true })
  cursors.move(4, { ...cursor, offset: 220, source: { host: "elsewhere", port: 1 } })
  const { store, delivery } = await opened({ cursors })
  const get = async (clientId: number) =>
    Array.from(
      (await delivery.get(clientId, { fetchSize: 1000, wait: 0, signal: never }))?.entries ?? [],
      (each) => each.offset,
    )
  await store.put(together(transaction(100, 1)), never)
  await store.put(
    together([...transaction(200, 1), entry("begin", 300), entry("rows", 300), entry("end", 300)]),
    never,
  )
  await store.put(together([entry("begin", 400)]), never)
  expect(await get(1)).toEqual([100, 110, 120, 200, 210, 220, 300, 300, 300, 400])
  expect(await get(2)).toEqual([300, 300, 300, 400])
  expect(await get(3)).toEqual([400])
  expect(await get(4)).toHaveLength(10)
})

/** A begin, a row of `b.t` and an end that share one offset. */
const compressed = (offset: number) => [
  entry("begin", offset),
  entry("rows", offset, { table: "b.t" }),
  entry("end", offset),
]

test("a place beyond what is read again so far does not hold the store", async () => {
  const { delivery, store, filters, get } = await opened({ limit: 3000 })
  using _ = delivery.attach(1001)
  await delivery.subscribe(1001, "shop\\..*", never)
  // The first that is empty for it comes, the second passes it by.
  await store.put(together(compressed(100)), never)
  expect((await get())?.entries).toHaveLength(2)
  await store.put(together(compressed(200)), never)
  expect(await get()).toBeUndefined()
  filters.current.accepts("b", "t")
  await delivery.subscribe(1002, "b\\..*", never)
  await delivery.unsubscribe(1002)
  delivery.beginReading()
  delivery.acknowledge(1001, 1)
  const rows = Array.from({ length: 20 }, () => entry("rows", 200, { table: "b.t" }))
  const again = [...compressed(100), entry("begin", 200), ...rows, entry("end", 200), ...transaction(300, 1)]
  for (const each of again) await store.put(together([each]), never)
  expect((await get())?.entries.at(0)).toMatchObject({ kind: "begin", offset: 300 })
})

test("who widens its filter while the source is about to be read anew begins at its cursor", async () => {
  const { delivery, store, filters, get, goBack } = await opened()
  using _ = delivery.attach(1001)
  await delivery.subscribe(1001, "shop\\..*", never)
  await store.put(together(transaction(100, 1)), never)
  await get()
  delivery.acknowledge(1001, 1)
  filters.current.accepts("b", "t")
  await delivery.subscribe(1002, "b\\..*", never)
  await delivery.subscribe(1001, "shop\\..*,b\\..*", never)
  expect(goBack).toHaveBeenCalledOnce()
  delivery.beginReading()
  for (const offset of [100, 200]) await store.put(together(transaction(offset, 1)), never)
  expect((await get())?.entries.at(0)).toMatchObject({ kind: "begin", offset: 200 })
})

test("a table left out by an earlier reading is read again for who wants it since its cursor", async () => {
  const { delivery, store, filters, get, goBack } = await opened()
  await delivery.subscribe(1001, "a\\..*", never)
  await store.put(together([entry("begin", 100), entry("rows", 110, { table: "a.t" })]), never)
  await get()
  delivery.acknowledge(1001, 1)
  filters.current.accepts("c", "t")
  await store.put(together([entry("rows", 130, { table: "a.t" })]), never)
  await get()
  delivery.acknowledge(1001, 2)
  filters.current.accepts("b", "t")
  await delivery.subscribe(1002, "b\\..*", never)
  delivery.beginReading()
  expect(goBack).toHaveBeenCalledOnce()
  await delivery.subscribe(1001, "c\\..*", never)
  expect(goBack).toHaveBeenCalledTimes(2)
})

test("what comes while a client is still being placed does not hide what was left out before", async () => {
  const answer = Promise.withResolvers<StreamPosition>()
  const position = vi.fn(async () => standing)
  const { delivery, store, filters, get, goBack } = await opened({ position })
  await delivery.subscribe(1002, "shop\\..*", never)
  filters.current.accepts("c", "t")
  position.mockClear().mockResolvedValueOnce(standing).mockReturnValue(answer.promise)
  const subscribed = delivery.subscribe(1001, "c\\..*", never)
  await expect.poll(() => position.mock.calls.length).toBe(2)
  await store.put(together(transaction(100, 1)), never)
  expect(await get(1001)).toBeUndefined()
  answer.resolve(standing)
  await subscribed
  expect(goBack).toHaveBeenCalledOnce()
})

test("a begin that waits for the first entry of its transaction stays as it is when the store has freed it", async () => {
  const { delivery, store, get } = await opened()
  await delivery.subscribe(1001, "shop\\.own", never)
  using _ = delivery.attach(1001)
  const encoder = createEncoder()
  const [first] = encoder.encode([begin(100)])
  const bytes = Buffer.from(first?.bytes ?? [])
  if (first !== undefined) await store.put(together([first]), never)
  // Enough for its memory to be used again.
  for (let offset = 101; offset < 6000; offset++) {
    await store.put(encoder.encode([statement(offset)]), never)
    expect(await get()).toBeUndefined()
  }
  await store.put(together([entry("rows", 6000, { table: "shop.own" })]), never)
  const batch = await get()
  expect(batch?.entries).toHaveLength(2)
  expect(batch?.entries.at(0)).toMatchObject({
    kind: "begin",
    offset: 100,
    timestamp: first?.timestamp,
    gtid: "",
  })
  expect(batch?.entries.at(0)?.bytes).toEqual(bytes)
})
