import {
  type CoordinationBackend,
  type Coordinator,
  cursorNode,
  parseRunning,
  serverRunningNode,
} from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { coordinatedCursors } from "@canal/cursor-store"
import { type DatabaseServer, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest"
import { type CanalServer, startServer } from "./server.ts"
import { RawClient } from "./testing/raw-client.ts"

const hour = 3_600_000
let mysql: DatabaseServer
let space = createMemorySpace()
let looking: Coordinator

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY)")
})

afterAll(() => mysql[Symbol.asyncDispose]())

beforeEach(async () => {
  space = createMemorySpace()
  looking = await space.connect()
  await mysql.query("DELETE FROM shop.t")
})

interface Standby {
  readonly server: CanalServer
  readonly address: string
  /** Ends its present session; the next one begins only after `heal`. */
  cutOff(): void
  heal(): void
}

async function started(protection: number, destinations: readonly string[] = ["shop"]): Promise<Standby> {
  let session: Coordinator | undefined
  let link = Promise.withResolvers<void>()
  link.resolve()
  const coordination: CoordinationBackend = {
    place: space.place,
    connect: async () => {
      await link.promise
      session = await space.connect()
      return session
    },
  }
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination,
    protection,
    destinations: destinations.map((name) => ({
      name,
      source: { host: mysql.host, port: mysql.port, ...mysql.replication },
      cursors: coordinatedCursors({ destination: name }),
      filter: "shop\\..*",
    })),
  })
  onTestFinished(() => {
    link.resolve()
    return server.close()
  })
  return {
    server,
    address: `127.0.0.1:${server.port}`,
    cutOff() {
      link = Promise.withResolvers()
      if (session !== undefined) space.expire(session)
    },
    heal: () => link.resolve(),
  }
}

async function owner(destination = "shop"): Promise<string | undefined> {
  const node = await looking.get(serverRunningNode(destination))
  return node === undefined ? undefined : parseRunning(node.data)?.address
}

/** Takes and acknowledges what comes, to the end of a transaction; the kinds of its entries. */
async function takeTransaction(client: RawClient): Promise<readonly string[]> {
  const kinds: string[] = []
  while (kinds.at(-1) !== "TRANSACTIONEND") {
    const { id, entries } = await client.get(1000)
    kinds.push(...entries.map(({ entryType }) => entryType ?? ""))
    client.acknowledge(id)
  }
  return kinds
}

async function subscribed(standby: Standby): Promise<RawClient> {
  const client = await RawClient.open(standby.server.port)
  onTestFinished(() => client[Symbol.asyncDispose]())
  return client
}

test("one server runs the destination; when its session is lost it refuses, and the other goes on", async () => {
  const a = await started(0)
  await a.server.ready
  const b = await started(0)
  const client = await subscribed(a)
  await mysql.query("INSERT INTO shop.t VALUES(1)")
  await takeTransaction(client)
  const waiting = client.get(1000, 60_000)
  await expect
    .poll(async () => (await looking.get(cursorNode("shop", 1001)))?.data, { timeout: 10_000 })
    .toContain('"included":false')
  a.cutOff()
  await expect(waiting).rejects.toThrow("should start first")
  await b.server.ready
  expect(await owner()).toBe(b.address)
  await expect(client.get(1000, 100)).rejects.toThrow("should start first")
  await mysql.query("INSERT INTO shop.t VALUES(2)")
  const other = await subscribed(b)
  expect(await takeTransaction(other)).toEqual(["TRANSACTIONBEGIN", "ROWDATA", "TRANSACTIONEND"])
  a.heal()
  await expect.poll(() => looking.children("/otter/canal/destinations/shop/cluster")).toHaveLength(2)
  expect(await owner()).toBe(b.address)
})

test("a planned stop hands over at once, with the cursor of the last acknowledgement", async () => {
  const a = await started(hour)
  await a.server.ready
  const b = await started(hour)
  const client = await subscribed(a)
  await mysql.query("INSERT INTO shop.t VALUES(1)")
  await takeTransaction(client)
  // Its answer says that the acknowledgement before it has been read.
  await client.get(1000, 1)
  await a.server.close()
  await b.server.ready
  expect(await owner()).toBe(b.address)
  const other = await subscribed(b)
  expect(await other.get(1000, 200)).toMatchObject({ id: -1 })
})

test("an operator moves a destination by writing active:false", async () => {
  const a = await started(50)
  await a.server.ready
  const b = await started(0)
  await looking.put(serverRunningNode("shop"), `{"active":false,"address":"${a.address}"}`)
  await b.server.ready
  expect(await owner()).toBe(b.address)
})

test("servers that start together share the destinations, and each stands by for the others", async () => {
  const names = Array.from({ length: 16 }, (_, n) => `shop${n}`)
  const [a, b] = await Promise.all([started(0, names), started(0, names)])
  await expect.poll(async () => (await Promise.all(names.map(owner))).every(Boolean)).toBe(true)
  expect(new Set(await Promise.all(names.map(owner)))).toEqual(new Set([a.address, b.address]))
  await a.server.close()
  await b.server.ready
  expect(new Set(await Promise.all(names.map(owner)))).toEqual(new Set([b.address]))
})
