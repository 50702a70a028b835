import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { createMemoryCursorStore } from "@canal/cursor-store"
import { decodeEntry } from "@canal/protocol"
import type { Change, StartPosition, TransactionGtid } from "@canal/parser"
import { expect, onTestFinished, test } from "vitest"
import { begin, commit, heartbeat, statement } from "../testing/changes.ts"
import { never } from "../testing/entries.ts"
import { ClientFilters } from "../delivery/client-filters.ts"
import { Instance } from "./instance.ts"

const gtids = (executed: string): TransactionGtid => ({
  executed,
  current: "",
  sequenceNumber: undefined,
  lastCommitted: undefined,
})

/** A source whose changes come when the test sends them. */
class SentChanges {
  readonly #changes: (readonly Change[] | Error)[] = []
  #wake: () => void = () => undefined
  start: StartPosition | undefined

  send(...changes: readonly Change[]): void {
    this.#changes.push(changes)
    this.#wake()
  }

  break(error: Error): void {
    this.#changes.push(error)
    this.#wake()
  }

  async *follow(from: StartPosition | undefined, signal: AbortSignal): AsyncGenerator<readonly Change[]> {
    this.start = from
    signal.addEventListener("abort", () => this.#wake())
    while (!signal.aborted) {
      const next = this.#changes.shift()
      if (next instanceof Error) throw next
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      } else {
        yield next
      }
    }
  }
}

async function opened(cursors = createMemoryCursorStore(), from?: StartPosition) {
  const sent = new SentChanges()
  const filters = new ClientFilters()
  const failed = Promise.withResolvers<unknown>()
  const instance = await Instance.open({
    destination: "shop",
    source: { host: "localhost", port: 3306 },
    cursors,
    storeBytes: 1 << 20,
    stallPeriod: 20,
    timeZone: "UTC",
    from,
    follow: (start, signal) => sent.follow(start, signal),
    filters,
  })
  instance.start(failed.resolve)
  const get = async () => {
    const batch = await instance.delivery.get(1001, { fetchSize: 1000, wait: 1000, signal: never })
    return {
      id: batch?.id,
      types: Array.from(batch?.entries ?? [], (entry) => decodeEntry(entry.bytes).entryType),
    }
  }
  return {
    sent,
    cursors,
    filters,
    instance,
    failed: failed.promise,
    get,
    [Symbol.asyncDispose]: () => instance.close(),
  }
}

test("a first subscription waits for the source, and its cursor is where the source's reader stands", async () => {
  await using run = await opened()
  const subscribed = run.instance.delivery.subscribe(1001, "", never)
  run.sent.send(heartbeat(500))
  await subscribed
  expect(await run.cursors.cursor(1001)).toMatchObject({ offset: 500, included: true })
})

test("a client that is known and has no cursor has one that is durable when its subscription is answered", async () => {
  const cursors = createMemoryCursorStore()
  await cursors.subscribe({ clientId: 1001, filter: "" })
  const flushed: (number | undefined)[] = []
  const flush = async () => void flushed.push((await cursors.cursor(1001))?.offset)
  await using run = await opened({ ...cursors, flush })
  run.sent.send(heartbeat(500))
  await run.instance.position(never)
  await run.instance.delivery.subscribe(1001, "", never)
  expect(flushed).toEqual([500])
})

test("who gives up waiting for the source subscribes nothing", async () => {
  await using run = await opened()
  const gone = new AbortController()
  const subscribed = run.instance.delivery.subscribe(1001, "", gone.signal)
  gone.abort()
  await expect(subscribed).rejects.toThrow(/abort/)
  expect(await run.cursors.subscriptions()).toEqual([])
})

test("changes come as entries; transactions without rows are dropped, but the reader moves on", async () => {
  await using run = await opened()
  run.sent.send(heartbeat(500))
  await run.instance.delivery.subscribe(1001, "", never)
  run.sent.send(begin(500), statement(510), commit(520))
  expect(await run.get()).toEqual({ id: 1, types: ["TRANSACTIONBEGIN", "ROWDATA", "TRANSACTIONEND"] })
  run.instance.delivery.acknowledge(1001, 1)
  expect(await run.cursors.cursor(1001)).toMatchObject({ offset: 520, included: false })
  run.sent.send(begin(600), commit(610))
  expect((await run.get()).types).toHaveLength(2)
  run.instance.delivery.acknowledge(1001, 2)
  run.sent.send(begin(700), commit(710))
  run.sent.send(begin(800), statement(810))
  expect((await run.get()).types).toHaveLength(2)
  run.instance.delivery.acknowledge(1001, 3)
  await run.instance.delivery.subscribe(1002, "", never)
  expect(await run.cursors.cursor(1002)).toMatchObject({ offset: 800, included: true })
})

test("what is dropped takes no memory beside what is kept", async () => {
  await using run = await opened()
  run.sent.send(heartbeat(500))
  await run.instance.delivery.subscribe(1001, "", never)
  const now = { timestamp: 1_700_000_000 }
  const dropped = Array.from({ length: 4000 }, () => [
    { ...begin(600), ...now },
    { ...commit(610), ...now },
  ]).flat()
  for (let n = 0; n < 50; n += 1)
    run.sent.send(
      ...dropped,
      { ...begin(700), ...now },
      { ...statement(710), ...now },
      { ...commit(720), ...now },
    )
  const memory = new Set<ArrayBufferLike>()
  for (let rows = 0; rows < 50;) {
    const batch = await run.instance.delivery.get(1001, { fetchSize: 1, wait: Infinity, signal: never })
    for (const { bytes, kind } of batch?.entries ?? []) {
      memory.add(bytes.buffer)
      if (kind === "rows") rows += 1
    }
  }
  expect(memory.size).toBe(1)
})

test("by GTID a first cursor has the set before what its client will get", async () => {
  const uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
  await using run = await opened()
  run.sent.send(heartbeat(500, gtids(`${uuid}:1-4`)), begin(500, gtids(`${uuid}:1-5`)))
  run.sent.send(statement(510, gtids(`${uuid}:1-5`)), commit(520, gtids(`${uuid}:1-5`)))
  await run.instance.position(never)
  await run.instance.delivery.subscribe(1001, "", never)
  expect(await run.cursors.cursor(1001)).toMatchObject({ gtid: `${uuid}:1-4`, included: true })
  expect((await run.get()).types).toHaveLength(3)
  run.instance.delivery.acknowledge(1001, 1)
  expect(await run.cursors.cursor(1001)).toMatchObject({ gtid: `${uuid}:1-5`, offset: 520, included: false })
})

test("following begins at the client furthest behind, else where told, and filters stored are in force", async () => {
  const cursors = createMemoryCursorStore()
  const cursor = { included: false, timestamp: 1_700_000_000_500, serverId: 1, gtid: "" }
  const source = { host: "localhost", port: 3306 }
  await cursors.subscribe({ clientId: 1, filter: "a\\..*" })
  await cursors.subscribe({ clientId: 2, filter: "b\\..*" })
  await cursors.subscribe({ clientId: 3, filter: "" })
  cursors.move(1, { ...cursor, file: "binlog.1000000", offset: 4, source })
  cursors.move(2, { ...cursor, file: "binlog.999999", offset: 900, source })
  await using run = await opened(cursors, { file: "elsewhere.000001", offset: 4, included: true })
  run.sent.send(heartbeat(4))
  await run.instance.position(never)
  expect(run.sent.start).toEqual({
    file: "binlog.999999",
    offset: 900,
    included: false,
    timestamp: 1_700_000_000,
  })
  for (const schema of ["a", "b", "c"]) expect(run.filters.current.accepts(schema, "t")).toBe(true)

  const from = { file: "binlog.000001", offset: 4, included: true }
  await using other = await opened(createMemoryCursorStore(), from)
  other.sent.send(heartbeat(4))
  await other.instance.position(never)
  expect(other.sent.start).toEqual(from)
})

test("an error that ends following is told once, and those who wait for the source learn it", async () => {
  await using run = await opened()
  const subscribed = run.instance.delivery.subscribe(1001, "", never)
  run.sent.break(new Error("binlog off"))
  expect(await run.failed).toMatchObject({ message: "binlog off" })
  await expect(subscribed).rejects.toMatchObject({ code: "NOT_RUNNING" })
})

test("a get that waits is refused when following ends", async () => {
  await using run = await opened()
  run.sent.send(heartbeat(500))
  await run.instance.delivery.subscribe(1001, "", never)
  const waiting = run.instance.delivery.get(1001, { fetchSize: 1, wait: Infinity, signal: never })
  run.sent.break(new Error("binlog off"))
  await expect(waiting).rejects.toMatchObject({ code: "NOT_RUNNING" })
})

test("what was read before an error is handed out before the error is told", async () => {
  await using run = await opened()
  const { delivery } = run.instance
  run.sent.send(heartbeat(4))
  await delivery.subscribe(1001, "", never)
  run.sent.send(begin(10), statement(20), commit(30))
  run.sent.break(new Error("unreadable"))
  const told = run.failed.then(() => "told")
  const batch = await delivery.get(1001, { fetchSize: 100, wait: Infinity, signal: never })
  expect(batch?.entries).toHaveLength(3)
  expect(await delivery.get(1001, { fetchSize: 100, wait: 20, signal: never })).toBeUndefined()
  expect(await Promise.race([told, Promise.resolve("not yet")])).toBe("not yet")
  delivery.acknowledge(1001, 1)
  expect(await told).toBe("told")
})

test("who holds the source back is told", async () => {
  const told = Promise.withResolvers<unknown>()
  const listen = (notice: unknown) => told.resolve(notice)
  subscribe("canal:server", listen)
  onTestFinished(() => void unsubscribe("canal:server", listen))
  await using run = await opened()
  run.sent.send(heartbeat(4))
  for (const clientId of [1001, 1002]) {
    run.instance.delivery.attach(clientId)
    await run.instance.delivery.subscribe(clientId, "", never)
  }
  run.sent.send(begin(10))
  for (let n = 0; n < 10_000; n += 1) run.sent.send(statement(n + 20))
  await run.get()
  run.instance.delivery.acknowledge(1001, 1)
  expect(await told.promise).toEqual({
    level: "warning",
    message:
      "destination shop does not read its source any further: the store is full because client 1002 does not acknowledge; let it go on, or unsubscribe it",
  })
})

test("closing gives up a put that waits for clients", async () => {
  const run = await opened()
  run.sent.send(heartbeat(4), begin(10))
  for (let n = 0; n < 40_000; n += 1) run.sent.send(statement(n + 20))
  await run.instance.delivery.subscribe(1001, "", never)
  await run.get()
  await run.instance.close()
})
