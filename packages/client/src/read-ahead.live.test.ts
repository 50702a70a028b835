import { createMemorySpace } from "@canal/coordination/memory"
import { memoryCursors } from "@canal/cursor-store"
import { type CanalServer, startServer } from "@canal/server"
import { type DatabaseServer, startMysql, startProxy } from "@canal/testbed"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { Batch } from "./batch.ts"
import { type Client, connect } from "./client.ts"
import { Session } from "./connection/session.ts"
import { type PacketLog, startPacketLog } from "./testing/packet-log.ts"

let mysql: DatabaseServer
let server: CanalServer

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY, v LONGTEXT)")
  await mysql.query(
    "CREATE PROCEDURE shop.fill(n INT, size INT) BEGIN DECLARE i INT DEFAULT 1; WHILE i <= n DO INSERT INTO shop.t VALUES (i, REPEAT('x', size)); SET i = i + 1; END WHILE; END",
  )
})

afterAll(() => mysql[Symbol.asyncDispose]())

beforeEach(async () => {
  await mysql.query("TRUNCATE shop.t")
})

/** A server that has so many transactions of one row for its client, each larger than a batch of size 1. */
async function serveFull(rows: number, size = 2000): Promise<CanalServer> {
  server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: createMemorySpace(),
    destinations: [
      {
        name: "shop",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors: memoryCursors(),
        filter: "shop\\..*",
        storeBytes: 128 * 1024 * 1024,
      },
    ],
  })
  await server.ready
  await using first = await join(server)
  await mysql.query(`CALL shop.fill(${rows}, ${size})`)
  await idsOf(first, { until: rows, ack: false })
  return server
}

function join({ port }: { readonly port: number }): Promise<Client> {
  return connect({ server: `127.0.0.1:${port}`, destination: "shop" })
}

function idsIn(batch: Batch): readonly number[] {
  return batch.changes.flatMap((change) => (change.kind === "insert" ? [Number(change.after["id"])] : []))
}

/** The ids of the rows up to that one, in small batches. */
async function idsOf(
  client: Client,
  { until, ack = true }: { readonly until: number; readonly ack?: boolean },
): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const batch of client.batches({ batchSize: ack ? 1 : 1000 })) {
    seen.push(...idsIn(batch))
    if (ack) await batch.ack()
    if (seen.includes(until)) break
  }
  return seen
}

/** Until the server has answered every GET that does not wait, so that what is ahead has come. */
async function answered(log: PacketLog, after: number): Promise<void> {
  await expect
    .poll(() => {
      const packets = log.packets.slice(after)
      const asked = packets.filter((packet) => packet.startsWith("get")).length
      return asked > 0 && asked === packets.filter((packet) => /^(batch|nothing)/.test(packet)).length
    })
    .toBe(true)
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

test("what comes behind a full batch is on its way while the batch is dealt with, and nothing is acknowledged unseen", async () => {
  await using server = await serveFull(30)
  await using log = await startPacketLog(server.port)
  await using client = await join(log)
  let seen = 0
  for await (const batch of client.batches({ batchSize: 1 })) {
    seen++
    const handedOut = (): number => log.packets.filter((packet) => packet.startsWith("batch")).length
    if (seen < 20) await expect.poll(handedOut).toBe(seen + 2)
    await batch.ack()
    if (idsIn(batch).includes(30)) break
  }
  const batches = log.packets.filter((packet) => packet.startsWith("batch"))
  await expect
    .poll(() => log.packets.filter((packet) => packet.startsWith("ack")))
    .toEqual(batches.slice(0, seen).map((packet) => packet.replace("batch", "ack")))
})

test("a GET that waits is the only one, and has every acknowledgement before it", async () => {
  await using server = await serveFull(10)
  await using log = await startPacketLog(server.port)
  await using client = await join(log)
  expect(await idsOf(client, { until: 10 })).toEqual(range(1, 10))
  const before = log.packets.length
  for await (const batch of client.batches({ timeout: 30, signal: AbortSignal.timeout(300) }))
    await batch.ack()
  const open = new Set<string>()
  let waiting = 0
  for (const packet of log.packets) {
    if (packet.startsWith("batch")) open.add(packet.slice(6))
    if (packet.startsWith("ack")) open.delete(packet.slice(4))
    if (packet === "get") expect([...open]).toEqual([])
    if (packet === "get") waiting++
    if (/^(batch|nothing)/.test(packet)) waiting = 0
    expect(waiting).toBeLessThan(2)
  }
  expect(log.packets.slice(before).filter((packet) => packet === "get").length).toBeGreaterThan(2)
})

test("where what was asked ahead brings nothing, no more is asked before the caller says so", async () => {
  await using server = await serveFull(1)
  await using log = await startPacketLog(server.port)
  const identity = { destination: "shop", clientId: 1001, filter: "", user: "", password: "" }
  const { signal } = new AbortController()
  const session = await Session.open({ host: "127.0.0.1", port: log.port }, identity, signal)
  const batch = await session.next(3, 1000, signal)
  expect(batch?.entries.length).toBeGreaterThan(0)
  session.askAhead(3)
  await expect(session.next(3, 1000, signal)).resolves.toBeUndefined()
  await expect(session.next(3, 1000, signal)).resolves.toBeUndefined()
  expect(log.packets.filter((packet) => packet.startsWith("get"))).toEqual([
    "get",
    "get at once",
    "get at once",
  ])
  await expect(session.next(3, 10, signal)).resolves.toMatchObject({ entries: [] })
  await session.end()
})

test("a rollback gives back what nobody has seen yet, too", async () => {
  await using server = await serveFull(30)
  await using log = await startPacketLog(server.port)
  await using client = await join(log)
  const seen: number[] = []
  let rolledBack = 0
  for await (const batch of client.batches({ batchSize: 1 })) {
    await answered(log, 0)
    const ids = idsIn(batch)
    if (ids.some((id) => id % 7 === 0) && rolledBack < 4) {
      rolledBack++
      await batch.rollback()
      continue
    }
    seen.push(...ids)
    await batch.ack()
    if (seen.includes(30)) break
  }
  expect(rolledBack).toBe(4)
  expect(seen).toEqual(range(1, 30))
})

test("loops one after another go on with what is ahead, whether ended by break or by a signal", async () => {
  await using server = await serveFull(30)
  await using client = await join(server)
  const seen: number[] = []
  while (!seen.includes(30)) {
    const abort = new AbortController()
    for await (const batch of client.batches({ batchSize: 1, signal: abort.signal })) {
      seen.push(...idsIn(batch))
      await batch.ack()
      if (seen.length % 2 === 0) break
      abort.abort()
    }
  }
  expect(seen).toEqual(range(1, 30))
})

test("an abort while a GET waits leaves its answer to the next loop", async () => {
  await using server = await serveFull(1)
  await using log = await startPacketLog(server.port)
  await using client = await join(log)
  expect(await idsOf(client, { until: 1 })).toEqual([1])
  const abort = new AbortController()
  const loop = (async () => {
    for await (const batch of client.batches({ signal: abort.signal, timeout: 60_000 })) await batch.ack()
  })()
  await expect.poll(() => log.packets.at(-1)).toBe("get")
  abort.abort()
  await loop
  await mysql.query("INSERT INTO shop.t VALUES (2, 'y')")
  expect(await idsOf(client, { until: 2 })).toEqual([2])
})

test("a lost connection takes what is ahead with it, and it comes again", async () => {
  await using server = await serveFull(40)
  await using proxy = await startProxy({ to: { host: "127.0.0.1", port: server.port } })
  await using log = await startPacketLog(proxy.port)
  await using client = await join(log)
  const seen: number[] = []
  let lost = 0
  for await (const batch of client.batches({ batchSize: 1 })) {
    await answered(log, log.packets.lastIndexOf("rollback"))
    seen.push(...idsIn(batch))
    if (seen.length % 8 === 0 && lost < 4) {
      lost++
      proxy.reset()
    }
    await batch.ack()
    if (seen.includes(40)) break
  }
  expect(lost).toBe(4)
  expect(seen).toEqual(range(1, 40))
})

test.each([
  ["in the loop", true],
  ["after the loop", false],
])("closed %s, a client leaves to the next one what it has not seen, and nothing else", async (_, inside) => {
  await using server = await serveFull(20, 400_000)
  await using client = await join(server)
  const seen: number[] = []
  for await (const batch of client.batches({ batchSize: 1 })) {
    seen.push(...idsIn(batch))
    await batch.ack()
    if (seen.length < 5) continue
    if (!inside) break
    await client.close()
    await expect(batch.rollback()).resolves.toBeUndefined()
  }
  await client.close()
  expect(seen).toEqual(range(1, 5))
  await using next = await join(server)
  // The cursor stands at the end of the last transaction whose batch was acknowledged.
  expect(await idsOf(next, { until: 20 })).toEqual(range(6, 20))
})

test("of what is ahead no more is read than a few MB, however large the batches are", async () => {
  await using server = await serveFull(4, 14_000_000)
  await using log = await startPacketLog(server.port)
  await using client = await join(log)
  const seen: number[] = []
  for await (const batch of client.batches({ batchSize: 1 })) {
    seen.push(...idsIn(batch))
    if (seen.length === 1) {
      await expect.poll(() => log.isHeldBack).toBe(true)
      // The row at hand, the few MB, and what the system keeps.
      expect(log.sent).toBeLessThan(36_000_000)
    }
    await batch.ack()
    if (seen.includes(4)) break
  }
  expect(seen).toEqual(range(1, 4))
})
