import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { createMemorySpace } from "@canal/coordination/memory"
import { createMemoryCursorStore, type CursorStore, memoryCursors } from "@canal/cursor-store"
import { type DatabaseServer, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { DestinationOptions } from "./destination/destination-options.ts"
import { startServer } from "./server.ts"
import { RawClient } from "./testing/raw-client.ts"

let mysql: DatabaseServer

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY, payload VARCHAR(1000))")
})

afterAll(() => mysql[Symbol.asyncDispose]())

function source(changes: Partial<DestinationOptions["source"]> = {}): DestinationOptions["source"] {
  return { host: mysql.host, port: mysql.port, ...mysql.replication, ...changes }
}

function started(cursors: CursorStore, options: Partial<DestinationOptions> = {}) {
  return startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: createMemorySpace(),
    destinations: [
      {
        name: "shop",
        source: source(),
        cursors: { open: async () => cursors, restore: async () => 0 },
        filter: "shop\\..*",
        ...options,
      },
    ],
  })
}

test("what was acknowledged does not come again, and nothing is lost over a restart", async () => {
  const cursors = createMemoryCursorStore()
  {
    await using server = await started(cursors)
    await using _subscribed = await RawClient.open(server.port)
  }
  for (const id of [1, 2, 3]) await mysql.query(`INSERT INTO shop.t VALUES(${id}, 'x')`)
  {
    await using server = await started(cursors)
    await using client = await RawClient.open(server.port)
    for (const type of ["TRANSACTIONBEGIN", "ROWDATA", "TRANSACTIONEND"]) {
      const { id, entries } = await client.get(0)
      expect(entries[0]?.entryType).toBe(type)
      client.acknowledge(id)
    }
    expect((await client.get(0)).entries[0]?.entryType).toBe("TRANSACTIONBEGIN")
  }
  await using server = await started(cursors)
  await using client = await RawClient.open(server.port)
  const types: (string | undefined)[] = []
  while (types.length < 6) types.push(...(await client.get(0)).entries.map((entry) => entry.entryType))
  const one = ["TRANSACTIONBEGIN", "ROWDATA", "TRANSACTIONEND"]
  expect(types).toEqual([...one, ...one])
})

test("by GTID too, and each entry carries the executed set", async () => {
  await using server = await startMysql({
    args: ["--binlog-row-metadata=FULL", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"],
  })
  await server.query("CREATE DATABASE shop")
  await server.query("CREATE TABLE shop.t(id INT PRIMARY KEY)")
  const [variables] = await server.query("SELECT @@GLOBAL.gtid_executed AS executed")
  const uuid = String(variables?.["executed"]).split(":")[0]
  const cursors = createMemoryCursorStore()
  const from = { gtids: String(variables?.["executed"]) }
  const follow = () => started(cursors, { source: source({ port: server.port }), from })
  {
    await using first = await follow()
    await using _subscribed = await RawClient.open(first.port)
  }
  expect(await cursors.cursor(1001)).toMatchObject({ gtid: from.gtids, included: true })
  for (const id of [1, 2]) await server.query(`INSERT INTO shop.t VALUES(${id})`)
  const gtids: (string | undefined)[] = []
  {
    await using second = await follow()
    await using client = await RawClient.open(second.port)
    while (gtids.length < 5) {
      const { id, entries } = await client.get(0)
      gtids.push(...entries.map((entry) => entry.header.gtid))
      if (gtids.length <= 3) client.acknowledge(id)
    }
  }
  expect(new Set(gtids)).toEqual(new Set([`${uuid}:1-3`, `${uuid}:1-4`]))
  await using third = await follow()
  await using client = await RawClient.open(third.port)
  expect((await client.get(0)).entries[0]).toMatchObject({
    entryType: "TRANSACTIONBEGIN",
    header: { gtid: `${uuid}:1-4` },
  })
})

test("a transaction far beyond the store flows through it", async () => {
  const cursors = createMemoryCursorStore()
  await using server = await started(cursors, { storeBytes: 256 << 10 })
  await using client = await RawClient.open(server.port)
  await mysql.query("SET SESSION cte_max_recursion_depth = 100000")
  await mysql.query(
    "INSERT INTO shop.t WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 20999) SELECT i, REPEAT('x', 500) FROM n",
  )
  let rows = 0
  for (let ended = false; !ended;) {
    const { id, entries } = await client.get(64)
    for (const entry of entries) {
      if (entry.entryType === "ROWDATA")
        rows += Number(entry.header.props?.find((prop) => prop.key === "rowsCount")?.value)
      if (entry.entryType === "TRANSACTIONEND") ended = true
    }
    client.acknowledge(id)
  }
  expect(rows).toBe(20_000)
})

test.each([
  [
    "a wrong password",
    { password: "wrong" },
    /destination shop cannot follow 127\.0\.0\.1:\d+ from its end: .*(password|denied)/i,
  ],
  ["a user without privileges", { user: "poor", password: "poor" }, /REPLICATION/],
])("%s ends in one clear error", async (_, changes, message) => {
  await mysql.query("CREATE USER IF NOT EXISTS poor IDENTIFIED BY 'poor'")
  await using server = await started(createMemoryCursorStore(), { source: source(changes) })
  await expect(server.failure).rejects.toThrow(message)
})

test("a start file that the source does not have ends in one clear error", async () => {
  const from = { file: "binlog.999999", offset: 4, included: true }
  await using server = await started(createMemoryCursorStore(), { from })
  await expect(server.failure).rejects.toThrow(/binlog\.999999/)
})

test("a destination that cannot be run leaves the others alone; a filter that cannot be read lets everything through", async () => {
  const cursors = createMemoryCursorStore()
  await cursors.subscribe({ clientId: 1001, filter: "a[" })
  const kept = { open: async () => cursors, restore: async () => 0 }
  await using server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: createMemorySpace(),
    destinations: [
      { name: "bad", source: source({ password: "wrong" }), cursors: memoryCursors() },
      { name: "shop", source: source(), cursors: kept, filter: "shop\\..*" },
    ],
  })
  const said = Promise.withResolvers<unknown>()
  const listen = (notice: unknown) => {
    if (JSON.stringify(notice).includes("the others go on")) said.resolve(notice)
  }
  subscribe("canal:server", listen)
  await said.promise
  unsubscribe("canal:server", listen)
  await using client = await RawClient.open(server.port)
  await mysql.query("INSERT INTO shop.t VALUES(900001, 'x')")
  expect((await client.get(64)).entries.length).toBeGreaterThan(0)
})

test("a user without a password, and a port that is taken, are refused", async () => {
  await using server = await started(createMemoryCursorStore())
  const coordination = createMemorySpace()
  const listen = { host: "127.0.0.1", port: server.port }
  await expect(startServer({ listen, user: "canal", coordination, destinations: [] })).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
  })
  await expect(startServer({ listen, coordination, destinations: [] })).rejects.toMatchObject({
    code: "CANNOT_LISTEN",
  })
})
