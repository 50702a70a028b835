import { createMemoryCursorStore } from "@canal/cursor-store"
import { decodeEntry, decodeRowChange } from "@canal/protocol"
import { tableFilter } from "@canal/parser"
import { expect, test } from "vitest"
import { ClientFilters } from "../delivery/client-filters.ts"
import { ClientView } from "../delivery/client-view.ts"
import { entry, never } from "../testing/entries.ts"
import { ScriptedSource, type ScriptedTransaction } from "../testing/scripted-source.ts"
import { Instance, type InstanceOptions } from "./instance.ts"

const source = { host: "localhost", port: 3306 }
/** About five entries. */
const SMALL = 1700

async function opened(options: Partial<InstanceOptions> & { include?: string } = {}) {
  const filters = new ClientFilters({ include: options.include, exclude: "hidden\\..*" })
  const sent = new ScriptedSource(filters)
  const cursors = createMemoryCursorStore()
  const failed = Promise.withResolvers<unknown>()
  const instance = await Instance.open({
    destination: "shop",
    source,
    cursors,
    storeBytes: 1 << 20,
    timeZone: "UTC",
    from: undefined,
    filters,
    follow: (from, signal) => sent.follow(from, signal),
    ...options,
  })
  instance.start(failed.resolve)
  const client = (clientId: number) => new TestClient(instance, clientId)
  return {
    sent,
    cursors,
    filters,
    instance,
    client,
    failed: failed.promise,
    [Symbol.asyncDispose]: () => instance.close(),
  }
}

/** One client, that remembers what it was handed out. */
class TestClient {
  readonly seen: string[] = []
  readonly #instance: Instance
  readonly #clientId: number
  #session: Disposable | undefined
  readonly #outstanding: number[] = []

  constructor(instance: Instance, clientId: number) {
    this.#instance = instance
    this.#clientId = clientId
  }

  get isConnected(): boolean {
    return this.#session !== undefined
  }

  async connect(filter = ""): Promise<this> {
    this.#session ??= this.#instance.delivery.attach(this.#clientId)
    await this.#instance.delivery.subscribe(this.#clientId, filter, never)
    return this
  }

  disconnect(): void {
    this.#session?.[Symbol.dispose]()
    this.#session = undefined
  }

  /** Gets one batch; the names of its rows, `begin` and `end`. */
  async get(wait = 1000, fetchSize = 0): Promise<readonly string[]> {
    const batch = await this.#instance.delivery.get(this.#clientId, { fetchSize, wait, signal: never })
    if (batch === undefined) return []
    this.#outstanding.push(batch.id)
    const names = Array.from(batch.entries, (entry) => {
      if (entry.kind !== "rows") return entry.kind
      return decodeRowChange(decodeEntry(entry.bytes).storeValue).sql ?? ""
    })
    this.seen.push(...names)
    return names
  }

  acknowledge(): boolean {
    const id = this.#outstanding.shift()
    if (id !== undefined) this.#instance.delivery.acknowledge(this.#clientId, id)
    return id !== undefined
  }

  rollBack(): void {
    this.#outstanding.length = 0
    this.#instance.delivery.rollBack(this.#clientId)
  }

  /** Gets and acknowledges until nothing comes any more. */
  async drain(wait = 50): Promise<void> {
    for (;;) {
      const names = await this.get(wait, 1)
      while (this.acknowledge());
      if (names.length === 0) return
    }
  }
}

const one = (table: string): ScriptedTransaction => ({ tables: [table] })

const rowsOf = (names: readonly string[]) => names.filter((name) => name !== "begin" && name !== "end")
const tick = () => new Promise(setImmediate)

test("each client gets what its own filter lets through, in whole transactions", async () => {
  await using run = await opened({ include: "a\\..*" })
  const a = await run.client(1).connect("a\\.x")
  const b = await run.client(2).connect("b\\..*,hidden\\.t")
  const c = await run.client(3).connect()
  run.sent.write({ tables: ["a.x", "b.t", "a.y", "hidden.t"] }, one("a.x"), one("b.t"), one("c.t"))
  for (const client of [a, b, c]) await client.drain()
  expect(a.seen).toEqual(["begin", "a.x 1", "end", "begin", "a.x 5", "end", "begin", "end"])
  expect(b.seen).toEqual(["begin", "b.t 2", "end", "begin", "end", "begin", "b.t 6", "end"])
  expect(rowsOf(c.seen)).toEqual(["a.x 1", "a.y 3", "a.x 5"])
  await run.instance.delivery.unsubscribe(2)
  expect(run.filters.current.accepts("b", "t")).toBe(false)
  expect(run.sent.starts.length).toBeLessThanOrEqual(3)
})

test("a client for whom nothing comes does not hold the others, and its cursor moves on", async () => {
  await using run = await opened({ storeBytes: SMALL })
  const idle = await run.client(1).connect("b\\..*")
  const polling = await run.client(2).connect("c\\..*")
  const busy = await run.client(3).connect("a\\..*")
  run.sent.write(one("a.t"))
  // The first transaction passes for each, though it is empty for two.
  for (const client of [idle, polling, busy]) await client.drain()
  const waiting = idle.get(60_000, 1)
  for (let n = 0; n < 50; n += 1) run.sent.write(one("a.t"))
  await busy.drain()
  expect(rowsOf(busy.seen)).toHaveLength(51)
  run.sent.write(one("b.t"))
  expect(await waiting).toEqual(["begin", "b.t 52", "end"])
  expect(await polling.get(20)).toEqual([])
  expect((await run.cursors.cursor(2))?.offset).toBeGreaterThan(1500)
})

test("a connected client that is slow holds the source back, a disconnected one does not, and loses nothing", async () => {
  await using run = await opened({ storeBytes: SMALL })
  const slow = await run.client(1).connect()
  const fast = await run.client(2).connect()
  for (let n = 0; n < 30; n += 1) run.sent.write(one("a.t"))
  await fast.drain()
  expect(rowsOf(fast.seen).length).toBeLessThan(10)
  expect(await slow.get()).toHaveLength(1)
  slow.acknowledge()
  slow.disconnect()
  await fast.drain()
  expect(rowsOf(fast.seen)).toHaveLength(30)
  run.sent.write(one("a.t"))
  // Twice it returns, in the middle of a transaction.
  for (let round = 0; round < 2; round += 1) {
    await slow.connect()
    slow.rollBack()
    for (let n = 0; n < 4; n += 1) {
      await slow.get()
      slow.acknowledge()
    }
    slow.disconnect()
    await fast.drain()
  }
  await slow.connect()
  await slow.drain()
  await fast.drain()
  const all = Array.from({ length: 31 }, (_, n) => ["begin", `a.t ${n + 1}`, "end"]).flat()
  expect(slow.seen).toEqual(all)
  expect(fast.seen).toEqual(all)
  expect(run.sent.starts.length).toBeGreaterThan(2)
  expect(run.sent.mostReaders).toBe(1)
})

test("without a connected client the store stays full, and the source waits", async () => {
  await using run = await opened({ storeBytes: SMALL })
  const client = await run.client(1).connect()
  client.disconnect()
  for (let n = 0; n < 30; n += 1) run.sent.write(one("a.t"))
  for (let n = 0; n < 20; n += 1) await tick()
  await client.connect()
  await client.drain()
  expect(rowsOf(client.seen)).toHaveLength(30)
  expect(run.sent.starts).toHaveLength(1)
})

test("going back, batches of those who stayed are acknowledged, also inside a compressed transaction", async () => {
  await using run = await opened({ storeBytes: SMALL })
  const gone = await run.client(1).connect("a\\..*")
  const stayed = await run.client(2).connect()
  const tables = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? "a.t" : "b.t"))
  run.sent.write({ tables, compressed: true })
  expect(await gone.get()).toEqual(["begin", "a.t 1"])
  gone.acknowledge()
  gone.disconnect()
  for (let n = 0; n < 15; n += 1) {
    await stayed.get()
    if (n > 2) stayed.acknowledge()
  }
  const before = run.sent.starts.length
  await gone.connect("a\\..*")
  expect(await gone.get()).toEqual(["a.t 4"])
  while (stayed.acknowledge());
  for (let n = 0; n < 30; n += 1) {
    gone.acknowledge()
    await gone.get(1)
    await stayed.drain(1)
  }
  expect(run.sent.starts.length).toBe(before + 1)
  const rows = tables.map((table, n) => `${table} ${n + 1}`)
  expect(gone.seen).toEqual(["begin", ...rows.filter((row) => row.startsWith("a")), "end"])
  expect(stayed.seen).toEqual(["begin", ...rows, "end"])
  expect(await run.cursors.cursor(2)).toMatchObject({ offset: 100, complete: true })
})

test("who widens its filter gets what was left out since its cursor; the same filter again costs nothing", async () => {
  await using run = await opened()
  const other = await run.client(2).connect("c\\..*")
  const client = await run.client(1).connect("a\\..*")
  run.sent.write({ tables: ["a.t", "b.t", "c.t"] }, { tables: ["a.t", "b.t", "c.t"] })
  await client.get(1000, 0)
  await other.drain()
  const before = run.sent.starts.length
  await client.connect("a\\..*")
  await run.client(3).connect("a\\..*")
  expect(run.sent.starts).toHaveLength(before)
  await client.connect("a\\..*,b\\..*")
  await client.get(1000, 1)
  expect(() => client.acknowledge()).toThrow("is not exist")
  client.rollBack()
  client.seen.length = 0
  await client.drain()
  expect(rowsOf(client.seen)).toEqual(["a.t 1", "b.t 2", "a.t 4", "b.t 5"])
  await other.drain()
  expect(rowsOf(other.seen)).toEqual(["c.t 3", "c.t 6"])
  expect(run.sent.starts).toHaveLength(before + 1)
})

test("a first subscription in the middle of a transaction gets it whole", async () => {
  await using run = await opened()
  const first = await run.client(1).connect()
  run.sent.write({ tables: ["a.t", "a.t", "a.t"] })
  for (let n = 0; n < 2; n += 1) {
    await first.get()
    first.acknowledge()
  }
  const second = await run.client(2).connect()
  await second.drain()
  expect(second.seen).toEqual(["begin", "a.t 1", "a.t 2", "a.t 3", "end"])
  await first.drain()
  expect(first.seen).toEqual(second.seen)
})

test("who unsubscribes frees what only it needed, for those that wait", async () => {
  await using run = await opened({ storeBytes: SMALL })
  await run.client(1).connect()
  const other = await run.client(2).connect()
  for (let n = 0; n < 30; n += 1) run.sent.write(one("a.t"))
  await other.drain()
  await run.instance.delivery.unsubscribe(1)
  await other.drain()
  expect(rowsOf(other.seen)).toHaveLength(30)
})

test("an error that ends following does not wait for ever for a client that is not connected", async () => {
  await using run = await opened({ returnPeriod: 20 })
  const gone = await run.client(1).connect()
  const other = await run.client(2).connect()
  run.sent.write(one("a.t"))
  await other.get(1000, 1)
  gone.disconnect()
  run.sent.break(new Error("unreadable"))
  let told = false
  void run.failed.then(() => (told = true))
  for (let n = 0; n < 20; n += 1) await tick()
  expect(told).toBe(false)
  other.acknowledge()
  expect(await run.failed).toMatchObject({ message: "unreadable" })
})

test("nothing is handed out while it may not be, and again when told", async () => {
  let may = false
  await using run = await opened({ mayServe: () => may })
  const client = await run.client(1).connect()
  run.sent.write(one("a.t"))
  expect(await client.get(20, 1)).toEqual([])
  const waiting = client.get(60_000, 1)
  await tick()
  may = true
  run.instance.delivery.wake()
  expect(await waiting).toEqual(["begin", "a.t 1", "end"])
})

test("a statement that names several tables comes to whom one of them is for", () => {
  const statement = entry("rows", 110, { table: "a.t", otherTables: ["b.t"] })
  const views = ["a\\..*", "b\\..*", "c\\..*"].map((include) => new ClientView(tableFilter({ include })))
  expect(views.map((view) => view.admits(statement))).toEqual([true, true, false])
})
