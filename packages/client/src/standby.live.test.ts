import {
  clientNode,
  clientRunningNode,
  type Coordinator,
  parseRunning,
  serverRunningNode,
} from "@canal/coordination"
import { createMemorySpace, type MemorySpace } from "@canal/coordination/memory"
import { coordinatedCursors, type CursorStores, memoryCursors } from "@canal/cursor-store"
import { type CanalServer, startServer } from "@canal/server"
import { type DatabaseServer, freePort, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest"
import type { Batch } from "./batch.ts"
import { type Client, type ClientOptions, connect } from "./client.ts"
import { type WatchedSpace, watchedSpace } from "./testing/watched-space.ts"

const clientPath = clientRunningNode("shop", 1001)
const serverPath = serverRunningNode("shop")
let mysql: DatabaseServer
let space: MemorySpace
let operator: Coordinator

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
})

afterAll(() => mysql[Symbol.asyncDispose]())

beforeEach(async () => {
  space = createMemorySpace()
  operator = await space.connect()
  await mysql.query("DROP TABLE IF EXISTS shop.t")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY)")
})

interface Settings {
  /** Where the servers meet; each its own place where the test itself writes the running node. */
  readonly space?: MemorySpace
  readonly cursors?: CursorStores
}

async function serve(settings: Settings = {}): Promise<CanalServer> {
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: settings.space ?? space,
    protection: 0,
    destinations: [
      {
        name: "shop",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors: settings.cursors ?? coordinatedCursors({ destination: "shop" }),
        filter: "shop\\..*",
      },
    ],
  })
  onTestFinished(() => server.close())
  return server
}

interface Member {
  readonly backend: WatchedSpace
  readonly connected: Promise<Client>
}

/** One more process with the same client id; `connected` once it is active. */
function join(options: Partial<ClientOptions> = {}): Member {
  const backend = watchedSpace(space)
  const connected = connect({ coordination: backend, destination: "shop", protection: 0, ...options })
  onTestFinished(async () => (await connected.catch(() => undefined))?.close())
  return { backend, connected }
}

async function insert(...ids: readonly number[]): Promise<void> {
  await mysql.query(`INSERT INTO shop.t VALUES ${ids.map((id) => `(${id})`).join(",")}`)
}

/** Reads until so many rows were inserted, acknowledging every batch unless told otherwise. */
async function ids(
  client: Client,
  count: number,
  each: (batch: Batch) => Promise<void> = (batch) => batch.ack(),
): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const batch of client.batches()) {
    for (const change of batch.changes) if (change.kind === "insert") seen.push(Number(change.after["id"]))
    await each(batch)
    if (seen.length >= count) break
  }
  return seen
}

async function running(path: string): Promise<string | undefined> {
  const node = await operator.get(path)
  return node === undefined ? undefined : parseRunning(node.data)?.address
}

/** Says which server runs the destination, as that server would. */
function announce(server: { readonly port: number }): Promise<unknown> {
  return operator.put(serverPath, `{"active":true,"address":"127.0.0.1:${server.port}"}`)
}

/** Whether a promise is pending after everything that can happen at once has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending")
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}

test("the running server is found, and the client's node says from where it is connected", async () => {
  await serve()
  const client = await join().connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
  await expect.poll(() => running(clientPath)).toMatch(/^127\.0\.0\.1:\d+$/)
  await client.close()
  expect(await operator.get(clientPath)).toBeUndefined()
})

test("a server that is not there is waited for without a request", async () => {
  const { backend, connected } = join()
  await expect.poll(() => running(clientPath)).toBeDefined()
  expect(await isPending(connected)).toBe(true)
  const before = backend.requests
  expect(await isPending(connected)).toBe(true)
  expect(backend.requests).toBe(before)
  await serve()
  const client = await connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
})

test("an address at which nobody answers is tried until another one is named", async () => {
  await announce({ port: await freePort() })
  const { backend, connected } = join()
  await expect.poll(() => running(clientPath)).toBeDefined()
  expect(await isPending(connected)).toBe(true)
  const before = backend.requests
  const server = await serve({ space: createMemorySpace(), cursors: memoryCursors() })
  expect(backend.requests).toBe(before)
  await announce(server)
  const client = await connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
})

test("another server's address is followed at once, and what was acknowledged does not come again", async () => {
  // Two servers that know nothing of each other: the second one begins at the first one's start.
  const cursors = memoryCursors()
  const first = await serve({ space: createMemorySpace(), cursors })
  await first.ready
  await announce(first)
  const client = await join().connected
  await insert(1, 2)
  expect(await ids(client, 2)).toEqual([1, 2])
  const before = await running(clientPath)
  const second = await serve({ space: createMemorySpace(), cursors: memoryCursors() })
  await second.ready
  const reading = ids(client, 1)
  await announce(second)
  await expect.poll(() => running(clientPath)).not.toBe(before)
  await insert(3)
  expect(await reading).toEqual([3])
})

test("a server whose node vanishes is kept while it works", async () => {
  const server = await serve({ space: createMemorySpace(), cursors: memoryCursors() })
  await announce(server)
  const client = await join().connected
  await expect.poll(() => running(clientPath)).toMatch(/^127\.0\.0\.1:\d+$/)
  const before = await running(clientPath)
  await operator.remove(serverPath)
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
  await announce(server)
  await insert(2)
  expect(await ids(client, 1)).toEqual([2])
  expect(await running(clientPath)).toBe(before)
})

test("servers hand over to each other and the client goes on without a gap or a repetition", async () => {
  const first = await serve()
  await first.ready
  await serve()
  const client = await join().connected
  const rows = Array.from({ length: 100 }, (_, i) => i + 1)
  await insert(...rows)
  let batches = 0
  const seen: number[] = []
  for await (const batch of client.batches({ batchSize: 1 })) {
    for (const change of batch.changes) if (change.kind === "insert") seen.push(Number(change.after["id"]))
    await batch.ack()
    batches += 1
    if (batches === 1) {
      await first.close()
      await insert(101)
    }
    if (seen.at(-1) === 101) break
  }
  expect(seen).toEqual([...rows, 101])
})

test("a standby takes over at once when the active client closes", async () => {
  await serve()
  const active = await join({ protection: 3_600_000 }).connected
  const standby = join({ protection: 3_600_000 })
  await insert(1)
  expect(await ids(active, 1)).toEqual([1])
  expect(await isPending(standby.connected)).toBe(true)
  const before = standby.backend.requests
  await insert(2)
  expect(await ids(active, 1, async () => undefined)).toEqual([2])
  expect(standby.backend.requests).toBe(before)
  await active.close()
  const client = await standby.connected
  expect(await ids(client, 1)).toEqual([2])
})

test("a standby takes over when the active client's session expires, and the other stands by in its turn", async () => {
  await serve()
  const first = join()
  const active = await first.connected
  const second = join({ protection: 100 })
  const reading: number[] = []
  const loop = (async () => {
    for await (const batch of active.batches()) {
      for (const change of batch.changes)
        if (change.kind === "insert") reading.push(Number(change.after["id"]))
      // Another one is active before this one is done with its batch.
      if (reading.at(-1) === 2) {
        first.backend.suspend()
        first.backend.expire()
        await second.connected
        first.backend.heal()
      }
      await batch.ack()
    }
  })()
  await insert(1)
  await expect.poll(() => reading).toEqual([1])
  expect(await isPending(second.connected)).toBe(true)
  await insert(2)
  const other = await second.connected
  expect(await ids(other, 1), "what was not acknowledged comes to the next one").toEqual([2])
  await insert(3)
  expect(await ids(other, 1)).toEqual([3])
  await other.close()
  await insert(4)
  // It is active again, and what it has shown before does not come again.
  await expect.poll(() => reading).toEqual([1, 2, 4])
  await active.close()
  await loop
})

test("a session that is lost and begun again shows nothing that was acknowledged", async () => {
  await serve()
  const { backend, connected } = join()
  const client = await connected
  for (let id = 1; id <= 5; id++) {
    await insert(id)
    const expire = async (batch: Batch): Promise<void> => {
      backend.expire()
      await batch.ack()
    }
    expect(await ids(client, 1, expire)).toEqual([id])
  }
})

test("nothing is handed out while nobody says whether another one is active", async () => {
  await serve()
  const { backend, connected } = join()
  const client = await connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
  backend.suspend()
  await insert(2)
  const reading = ids(client, 1)
  expect(await isPending(reading)).toBe(true)
  backend.heal()
  expect(await reading).toEqual([2])
})

test("an operator's active:false hands over to the standby", async () => {
  await serve()
  const active = await join({ protection: 3_600_000 }).connected
  const standby = join({ protection: 3_600_000 })
  await expect.poll(() => running(clientPath)).toMatch(/^127\.0\.0\.1:\d+$/)
  expect(await isPending(standby.connected)).toBe(true)
  await operator.put(clientPath, ((await operator.get(clientPath))?.data ?? "").replace("true", "false"))
  const client = await standby.connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
  await active.close()
})

test("unsubscribing leaves nothing of the client behind", async () => {
  await serve()
  const client = await join().connected
  await insert(1)
  expect(await ids(client, 1)).toEqual([1])
  await client.unsubscribe()
  await expect.poll(() => operator.get(clientNode("shop", 1001))).toBeUndefined()
  expect(await operator.get(clientPath)).toBeUndefined()
  const later = await join().connected
  await insert(2)
  expect(await ids(later, 1), "a new subscription begins where the stream is").toEqual([2])
})

test("an abort ends the standing by with its reason, and leaves the active client alone", async () => {
  await serve()
  const active = await join().connected
  const abort = new AbortController()
  const { connected } = join({ signal: abort.signal })
  expect(await isPending(connected)).toBe(true)
  abort.abort(new Error("enough"))
  await expect(connected).rejects.toThrow("enough")
  await insert(1)
  expect(await ids(active, 1)).toEqual([1])
  await active.close()
  expect(await operator.get(clientPath)).toBeUndefined()
})

test("close while standing by ends the loop, and leaves the active client alone", async () => {
  await serve()
  const client = await join({ protection: 3_600_000 }).connected
  const loop = (async () => {
    for await (const batch of client.batches()) await batch.ack()
  })()
  const standby = join()
  expect(await isPending(standby.connected)).toBe(true)
  await operator.put(clientPath, ((await operator.get(clientPath))?.data ?? "").replace("true", "false"))
  const other = await standby.connected
  expect(await isPending(loop)).toBe(true)
  await client.close()
  await loop
  await insert(1)
  expect(await ids(other, 1)).toEqual([1])
})

test.each([
  [{}, "either server or coordination"],
  [{ server: "127.0.0.1:1", coordination: createMemorySpace() }, "either server or coordination"],
  [{ server: "127.0.0.1:1", protection: 1 }, "protection has no meaning"],
  [{ coordination: createMemorySpace(), protection: -1 }, "protection is -1"],
])("options that contradict each other are refused", async (options, message) => {
  const connecting = connect({ destination: "shop", ...options })
  await expect(connecting).rejects.toMatchObject({ code: "INVALID_OPTION" })
  await expect(connecting).rejects.toThrow(message)
})
