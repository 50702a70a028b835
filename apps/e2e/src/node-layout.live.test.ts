import { connect } from "@canal/client"
import { zookeeper } from "@canal/coordination/zookeeper"
import {
  type App,
  createScratchFolder,
  type DatabaseServer,
  freePort,
  startMysql,
  startZookeeper,
  type ZookeeperServer,
} from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { launchServer, startWatch } from "./apps.ts"
import { PlainClient } from "./zookeeper-nodes/plain-client.ts"
import { type LayoutNode, layoutOf, recordedTree, withoutUnknown } from "./zookeeper-nodes/recorded-tree.ts"

const SHOP = "/otter/canal/destinations/shop"
/** Bytes of the event that ends a transaction of MySQL; a cursor names its begin. */
const XID_LENGTH = 31
const SESSION = 2000
const PROTECTION = 200

/** What the clusters of the recordings do not share with those here. Everything else is compared byte by byte. */
const RECORDED = {
  "<server 1>": "127.0.0.1:11111",
  "<server 2>": "127.0.0.1:11121",
  "<source port>": '"port":33971',
  "<event>": '"journalName":"binlog.000037","position":6241,"serverId":33971,"timestamp":1795364160000',
}

let database: DatabaseServer
let server: ZookeeperServer

beforeAll(async () => {
  ;[database, server] = await Promise.all([startMysql(), startZookeeper()])
  await database.query("CREATE DATABASE shop")
  await database.query("CREATE TABLE shop.items (id INT PRIMARY KEY)")
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

function recorded(name: string, more: Readonly<Record<string, string>> = {}): readonly LayoutNode[] {
  return layoutOf(withoutUnknown(recordedTree(name)), { ...RECORDED, ...more })
}

/** canal-server at an address that is named as it is in the recordings, as its source is. */
async function serve(port: number, zk: string, folder: string): Promise<App> {
  const { user, password } = database.replication
  const source = `mysql://${user}:${password}@localhost:${database.port}`
  const flags = { source, destination: "shop", port, zk, advertise: "127.0.0.1" }
  return launchServer({ ...flags, session: SESSION, protection: PROTECTION }, { folder })
}

/** The end of the last transaction, as a cursor names it, with the moment taken from what is stored. */
async function lastEvent(stored: string): Promise<string> {
  const [status] = await database.query("SHOW BINARY LOG STATUS")
  const [timestamp = 0] = /(?<="timestamp":)\d+/.exec(stored) ?? []
  expect(Math.abs(Date.now() - Number(timestamp))).toBeLessThan(600_000)
  expect(Number(timestamp) % 1000).toBe(0)
  const position = Number(status?.["Position"]) - XID_LENGTH
  return `"journalName":"${String(status?.["File"])}","position":${position},"serverId":${database.serverId},"timestamp":${timestamp}`
}

test("the nodes are those of Canal, state by state", async () => {
  using folder = createScratchFolder("layout")
  using plain = await PlainClient.connect(server)
  const ports = [await freePort(), await freePort()]
  const zk = server.connectString
  const names = {
    "<server 1>": `127.0.0.1:${ports[0]}`,
    "<server 2>": `127.0.0.1:${ports[1]}`,
    "<source port>": `"port":${database.port}`,
  }
  const layout = async (more: Readonly<Record<string, string>> = {}): Promise<readonly LayoutNode[]> =>
    layoutOf(await plain.tree("/otter"), { ...names, ...more })
  const data = async (path: string): Promise<string> => (await plain.get(path))?.data ?? ""
  const cursor = (): Promise<string> => data(`${SHOP}/1001/cursor`)
  const consumer = async (): Promise<string> => {
    const [address = ""] = /127\.0\.0\.1:\d+/.exec(await data(`${SHOP}/1001/running`)) ?? []
    return address
  }
  const positionMoves = async (): Promise<void> => {
    const [status] = await database.query("SHOW BINARY LOG STATUS")
    const position = Number(status?.["Position"]) - XID_LENGTH
    await expect.poll(cursor, { timeout: 30_000 }).toContain(`"position":${position},`)
  }

  await using first = await serve(ports[0] ?? 0, zk, folder.path)
  await first.line(/ready: destination shop/)
  await expect.poll(() => layout()).toEqual(recorded("1-one-server"))

  await using second = await serve(ports[1] ?? 0, zk, folder.path)
  await second.line(/standing by: destination shop/)
  await expect.poll(() => layout()).toEqual(recorded("2-two-servers"))

  await using active = await startWatch({ zk, destination: "shop", format: "json" })
  await active.line(/connected to/)
  await using waiting = await startWatch({ zk, destination: "shop", format: "json" })
  await waiting.line(/stands by/)
  await database.query("INSERT INTO shop.items VALUES (1)")
  await database.query("INSERT INTO shop.items VALUES (2)")
  await positionMoves()
  const address = await consumer()
  expect(await layout({ "<client>": address, "<event>": await lastEvent(await cursor()) })).toEqual(
    recorded("3-two-clients-after-acks", { "<client>": "127.0.0.1:49734" }),
  )
  expect((await plain.get(`${SHOP}/1001/running`))?.version).toBe(1)

  await first.kill9()
  await second.line(/ready: destination shop/)
  await expect.poll(consumer, { timeout: 30_000 }).not.toBe(address)
  await expect.poll(consumer, { timeout: 30_000 }).not.toBe("")
  const after = recorded("4-after-failover", { "<client>": "127.0.0.1:36520" })
  const event = await lastEvent(await cursor())
  expect(await layout({ "<client>": await consumer(), "<event>": event })).toEqual(after)

  await database.query("INSERT INTO shop.items VALUES (3)")
  await positionMoves()
  const moved = { "<client>": await consumer(), "<event>": await lastEvent(await cursor()) }
  expect(await layout(moved)).toEqual(after)

  await waiting.terminate()
  await active.terminate()
  const withoutConsumer = after.filter(({ path }) => !path.endsWith("/1001/running"))
  expect(await layout(moved)).toEqual(withoutConsumer)

  const client = await connect({ coordination: zookeeper({ servers: zk }), destination: "shop" })
  await client.unsubscribe()
  const withoutClient = withoutConsumer.filter(({ path }) => !path.startsWith(`${SHOP}/1001`))
  expect(await layout()).toEqual(withoutClient)

  const states: (string | undefined)[] = []
  plain.follow(`${SHOP}/running`, (state) => states.push(state))
  expect(await second.terminate()).toEqual({ code: 0, signal: undefined })
  await expect.poll(() => states.at(-1)).toBe(undefined)
  const owner = `"address":"127.0.0.1:${ports[1]}"`
  expect(states).toEqual([`{"active":true,${owner}}`, `{"active":false,${owner},"released":true}`, undefined])
  expect(await layout()).toEqual(withoutClient.filter(({ kind }) => kind === "persistent"))
})

test("a client is named by its host until it is connected, and by its socket from then on", async () => {
  using folder = createScratchFolder("layout-client")
  using root = await PlainClient.connect(server)
  await root.create("/early")
  using plain = await PlainClient.connect(server, "/early")
  const zk = `${server.connectString}/early`
  const persistent = ["/otter", "/otter/canal", "/otter/canal/destinations", SHOP, `${SHOP}/1001`]

  await using client = await startWatch({ zk, destination: "shop" })
  await client.line(/no server runs destination shop/)
  const [host = ""] =
    /\d+\.\d+\.\d+\.\d+(?=")/.exec((await plain.get(`${SHOP}/1001/running`))?.data ?? "") ?? []
  expect(layoutOf(await plain.tree("/otter"), {})).toEqual([
    ...persistent.map((path) => ({ path, kind: "persistent", data: "" })),
    {
      path: `${SHOP}/1001/running`,
      kind: "ephemeral",
      data: `{"active":true,"address":"${host}","clientId":1001}`,
    },
  ])

  await using served = await serve(await freePort(), zk, folder.path)
  await client.line(/connected to/)
  await expect.poll(() => plain.get(`${SHOP}/1001/running`)).toMatchObject({ version: 1, kind: "ephemeral" })
  expect((await plain.get(`${SHOP}/1001/running`))?.data).toMatch(
    /^\{"active":true,"address":"127\.0\.0\.1:\d+","clientId":1001\}$/,
  )

  const states: (string | undefined)[] = []
  plain.follow(`${SHOP}/1001/running`, (state) => states.push(state))
  await client.terminate()
  await expect.poll(() => states.at(-1)).toBe(undefined)
  expect(states[1]).toMatch(
    /^\{"active":false,"address":"127\.0\.0\.1:\d+","clientId":1001,"released":true\}$/,
  )
  expect(await served.terminate()).toEqual({ code: 0, signal: undefined })
})
