import { createMemorySpace } from "@canal/coordination/memory"
import { memoryCursors, type CursorStores } from "@canal/cursor-store"
import { type Entry, hashPassword } from "@canal/protocol"
import { type CanalServer, startServer } from "@canal/server"
import { type DatabaseServer, freePort, startMysql, startProxy } from "@canal/testbed"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { Batch } from "./batch.ts"
import { type Client, type ClientOptions, connect } from "./client.ts"
import type { Change } from "./decode/change.ts"

let mysql: DatabaseServer

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
})

afterAll(() => mysql[Symbol.asyncDispose]())

beforeEach(async () => {
  await mysql.query("DROP TABLE IF EXISTS shop.t")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY, v LONGTEXT)")
})

interface Settings {
  readonly cursors?: CursorStores
  readonly port?: number
  readonly password?: string
}

async function serve({ cursors = memoryCursors(), port = 0, password }: Settings = {}): Promise<CanalServer> {
  const server = await startServer({
    listen: { host: "127.0.0.1", port },
    ...(password === undefined ? {} : { user: "canal", passwordHash: hashPassword(password) }),
    coordination: createMemorySpace(),
    destinations: [
      {
        name: "shop",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors,
        filter: "shop\\..*",
      },
    ],
  })
  await server.ready
  return server
}

function join(server: { readonly port: number }, options: Partial<ClientOptions> = {}): Promise<Client> {
  return connect({ server: `127.0.0.1:${server.port}`, destination: "shop", ...options })
}

async function insert(from: number, to = from): Promise<void> {
  const rows = Array.from({ length: to - from + 1 }, (_, i) => `(${from + i}, REPEAT('x', 2000))`)
  await mysql.query(`INSERT INTO shop.t VALUES ${rows.join(",")}`)
}

/** Reads until so many rows were inserted, acknowledging every batch unless told otherwise. */
async function ids(
  batches: AsyncIterable<Batch>,
  count: number,
  each: (batch: Batch) => Promise<void> = (batch) => batch.ack(),
): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const batch of batches) {
    for (const change of batch.changes) if (change.kind === "insert") seen.push(Number(change.after["id"]))
    await each(batch)
    if (seen.length >= count) break
  }
  return seen
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

test("changes as JavaScript values, in order, and once acknowledged they do not come again", async () => {
  await using server = await serve()
  await using client = await join(server)
  await mysql.query(
    "CREATE TABLE shop.kinds(id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(20,4), f DOUBLE, b VARBINARY(4), e ENUM('a','b''c'), s SET('x','y','z'), j JSON, n INT, `2` DATETIME(3), t BIT(64))",
  )
  await mysql.query(
    `INSERT INTO shop.kinds VALUES(18446744073709551615, 1.5, 1e100, x'00ff', 'b''c', 'x,z', '{"n": 12345678901234567890}', NULL, '2026-11-22 12:34:56.789', b'1')`,
  )
  await mysql.query("UPDATE shop.kinds SET n = 7, e = 'a'")
  await mysql.query("DELETE FROM shop.kinds")
  await mysql.query("DROP TABLE shop.kinds")

  const seen: Change[] = []
  for await (const batch of client.batches()) {
    seen.push(...batch.changes)
    await batch.ack()
    if (seen.some((change) => change.kind === "ddl" && change.type === "ERASE")) break
  }
  const row = {
    id: 18_446_744_073_709_551_615n,
    d: "1.5000",
    f: 1e100,
    b: Uint8Array.of(0, 255),
    e: "b'c",
    s: "x,z",
    j: { n: 12_345_678_901_234_567_890n },
    n: null,
    "2": "2026-11-22 12:34:56.789",
    t: 1,
  }
  expect(seen).toMatchObject([
    { kind: "ddl", type: "CREATE", schema: "shop", table: "kinds" },
    { kind: "insert", schema: "shop", table: "kinds", key: ["id"], after: row },
    { kind: "update", key: ["id"], changed: ["e", "n"], before: row, after: { ...row, n: 7, e: "a" } },
    { kind: "delete", before: { ...row, n: 7, e: "a" } },
    { kind: "ddl", type: "ERASE", schema: "shop", table: "kinds" },
  ])
  await client.close()
  await using later = await join(server)
  await insert(1)
  expect(await ids(later.batches(), 1)).toEqual([1])
})

test("a rollback brings every open batch again; acknowledgements keep the order", async () => {
  await using server = await serve()
  await using client = await join(server)
  await insert(1)
  await insert(2)
  const open: Batch[] = []
  const first = await ids(client.batches({ batchSize: 1 }), 2, async (batch) => void open.push(batch))
  expect(first).toEqual([1, 2])
  expect(open.length).toBeGreaterThan(1)
  await expect(open.at(-1)?.ack()).rejects.toMatchObject({ code: "BATCH_OUT_OF_ORDER" })
  await open[0]?.rollback()
  await expect(open[0]?.ack()).rejects.toMatchObject({ code: "BATCH_ROLLED_BACK" })
  expect(await ids(client.batches(), 2)).toEqual([1, 2])
  await insert(3)
  expect(await ids(client.batches(), 1, async () => undefined)).toEqual([3])
  expect(await ids(client.batches(), 1), "a new loop begins with what the last one left").toEqual([3])
})

test("changes, and entries that were asked for, outlive the acknowledgement", async () => {
  const COUNT = 1500
  await using server = await serve()
  await using client = await join(server)
  await insert(1, COUNT)
  await mysql.query("UPDATE shop.t SET v = CONCAT(id, '-', v)")
  const changes: Change[] = []
  const asked: { readonly entry: Entry; readonly bytes: Buffer }[] = []
  let batches = 0
  for await (const batch of client.batches({ batchSize: 100 })) {
    changes.push(...batch.changes)
    const isAsked = batches++ % 3 === 0
    if (isAsked)
      for (const entry of batch.entries) asked.push({ entry, bytes: Buffer.from(entry.storeValue) })
    await batch.ack()
    if (isAsked) expect(batch.entries.length).toBeGreaterThan(0)
    else expect(() => batch.entries).toThrow(expect.objectContaining({ code: "BATCH_ACKNOWLEDGED" }))
    if (changes.length >= 2 * COUNT) break
  }
  expect(batches).toBeGreaterThan(20)
  for (const { entry, bytes } of asked) expect(entry.storeValue.equals(bytes)).toBe(true)
  expect(changes.map((change) => ("after" in change ? change.after["v"] : change))).toEqual([
    ...range(1, COUNT).map(() => "x".repeat(2000)),
    ...range(1, COUNT).map((id) => `${id}-${"x".repeat(2000)}`),
  ])
})

test("cut connections lose nothing and repeat nothing that was acknowledged, even after the cut", async () => {
  await using server = await serve()
  await using proxy = await startProxy({ to: { host: "127.0.0.1", port: server.port } })
  await using client = await join(proxy)
  const writing = (async () => {
    for (let id = 1; id <= 200; id += 10) await insert(id, id + 9)
  })()
  let batches = 0
  const seen = await ids(client.batches({ batchSize: 8 }), 200, async (batch) => {
    batches++
    if (batches % 3 === 1) proxy.reset()
    await batch.ack()
  })
  await writing
  expect(seen).toEqual(range(1, 200))
})

test("a server that starts again from an older cursor does not show what this process has acknowledged", async () => {
  const cursors = memoryCursors()
  const port = await freePort()
  let server = await serve({ cursors, port })
  try {
    await using client = await join({ port })
    await insert(1, 100)
    const restart = async (batch: Batch): Promise<void> => {
      await batch.ack()
      await server.close()
      server = await serve({ cursors, port })
    }
    expect(await ids(client.batches({ batchSize: 8 }), 100, restart)).toEqual(range(1, 100))
    await insert(101)
    expect(await ids(client.batches(), 1)).toEqual([101])
  } finally {
    await server.close()
  }
})

test("another process begins at the cursor: at least once, from the start of the open transaction", async () => {
  await using server = await serve()
  await insert(1, 100)
  {
    await using client = await join(server)
    await mysql.query("DELETE FROM shop.t")
    await insert(1, 100)
    for await (const batch of client.batches({ batchSize: 8 })) {
      await batch.ack()
      if (batch.changes.some((change) => change.kind === "insert")) break
    }
  }
  await using client = await join(server)
  const seen = await ids(client.batches(), 1)
  expect(seen.at(-1)).toBe(100)
})

test("a server that hangs is given up and another connection made", async () => {
  await using server = await serve()
  await using proxy = await startProxy({ to: { host: "127.0.0.1", port: server.port } })
  await using client = await connect({
    server: [`127.0.0.1:${proxy.port}`, `127.0.0.1:${server.port}`],
    destination: "shop",
  })
  await insert(1)
  expect(await ids(client.batches(), 1)).toEqual([1])
  proxy.pause()
  await insert(2)
  expect(await ids(client.batches(), 1)).toEqual([2])
})

test("a server that is not there yet is waited for", async () => {
  const port = await freePort()
  const joining = join({ port })
  await using _server = await serve({ port })
  await using client = await joining
  await insert(1)
  expect(await ids(client.batches(), 1)).toEqual([1])
})

test("what waiting cannot mend ends in an error that says so", async () => {
  await using server = await serve({ password: "secret" })
  const login = { user: "canal", password: "secret" }
  await expect(join(server, { ...login, password: "wrong" })).rejects.toMatchObject({ code: "AUTH_FAILED" })
  const unknown = join(server, { ...login, destination: "nothere" })
  await expect(unknown).rejects.toMatchObject({ code: "DESTINATION_UNKNOWN" })
  await expect(unknown).rejects.toThrow('"nothere"')
  await expect(join({ port: mysql.port }, login)).rejects.toMatchObject({ code: "NOT_CANAL" })
  await using client = await join(server, login)
  await insert(1)
  expect(await ids(client.batches(), 1)).toEqual([1])
})

test("two clients with one id disturb each other and lose nothing together", async () => {
  await using server = await serve()
  await using one = await join(server)
  await using other = await join(server)
  await insert(1, 3)
  const seen = new Set(await ids(one.batches(), 3))
  await insert(4, 6)
  for (const id of await ids(other.batches(), 3)) seen.add(id)
  expect([...seen]).toEqual(range(1, 6))
})

test("a signal ends the loop, close ends the client, unsubscribe makes the server forget", async () => {
  await using server = await serve()
  await using client = await join(server)
  const aborted: Batch[] = []
  for await (const batch of client.batches({ signal: AbortSignal.timeout(50) })) aborted.push(batch)
  await insert(1)
  expect(await ids(client.batches(), 1)).toEqual([1])
  await client.unsubscribe()
  await expect(client.batches()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "CLOSED" })
  await using later = await join(server)
  await insert(2)
  expect(await ids(later.batches(), 1), "a new subscription begins where the stream is").toEqual([2])
})
