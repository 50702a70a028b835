import { connect } from "node:net"
import {
  decodeEntry,
  decodeMessages,
  decodePacket,
  decodeRowChange,
  encodeClientAuth,
  encodeGet,
  FrameDecoder,
  MAX_FRAME_LENGTH,
  PacketType,
  UNIT_MILLISECONDS,
} from "@canal/protocol"
import {
  createScratchFolder,
  type DatabaseServer,
  freePort,
  startMysql,
  startZookeeper,
  type ZookeeperServer,
} from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { launchServer, startServer, startWatch } from "./apps.ts"
import { readFlatMessage } from "./flat-message.ts"
import { createNullNode } from "./zookeeper-nodes/null-node.ts"
import { PlainClient } from "./zookeeper-nodes/plain-client.ts"

const SHOP = "/otter/canal/destinations/shop"
const XID_LENGTH = 31
/** As stands in the events of row 2, for the session said so: 2023-11-14 22:13:20. */
const MOMENT = 1_700_000_000

let database: DatabaseServer
let server: ZookeeperServer
let journalName: string
/** Of the events that end the transactions of rows 2 and 5. */
let acknowledged: number
let last: number
let places = 0

beforeAll(async () => {
  ;[database, server] = await Promise.all([startMysql(), startZookeeper()])
  await database.query("CREATE DATABASE shop")
  await database.query("CREATE TABLE shop.t (id INT PRIMARY KEY)")
  await database.query("CREATE TABLE shop.other (id INT PRIMARY KEY)")
  await database.query(`SET timestamp = ${MOMENT}`)
  const end = async (): Promise<number> => {
    const [status] = await database.query("SHOW BINARY LOG STATUS")
    journalName = String(status?.["File"])
    return Number(status?.["Position"]) - XID_LENGTH
  }
  await database.query("INSERT INTO shop.t VALUES (1)")
  await database.query("INSERT INTO shop.t VALUES (2)")
  acknowledged = await end()
  await database.query("INSERT INTO shop.t VALUES (3)")
  await database.query("INSERT INTO shop.other VALUES (4)")
  await database.query("INSERT INTO shop.t VALUES (5)")
  last = await end()
})

afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** A place of its own in ZooKeeper. */
async function emptyPlace(): Promise<{ readonly chroot: string; readonly zk: string }> {
  using root = await PlainClient.connect(server)
  places += 1
  const chroot = `/java-${places}`
  await root.create(chroot)
  return { chroot, zk: `${server.connectString}${chroot}` }
}

function flagsOf(zk: string, port: number) {
  return { source: database.url(), destination: "shop", port, zk, advertise: "127.0.0.1", session: 2000 }
}

const TYPE = '"@type":"com.alibaba.otter.canal.protocol.position.LogPosition"'

/** A cursor of row 2 as Java writes it, in pieces that a case changes. */
interface JavaCursor {
  readonly type: string
  readonly address: string
  readonly identity: string
  readonly name: string
  readonly gtid: string
  readonly more: string
}

function cursorText(changes: Partial<JavaCursor>): string {
  const { type, address, identity, name, gtid, more } = {
    type: TYPE,
    address: '"localhost"',
    identity: "",
    name: "postion",
    gtid: '"gtid":"",',
    more: "",
    ...changes,
  }
  const source = `{"address":${address},"port":3306}`
  const event = `"journalName":"${journalName}","position":${acknowledged},"serverId":1,"timestamp":${MOMENT * 1000}`
  return `{${type},"identity":{"slaveId":-1,"sourceAddress":${source}${identity}},"${name}":{${gtid}"included":false,${event}}${more}}`
}

/** The bytes of a cursor that Java reads. @param timestamp milliseconds */
function cursorOf(place: string, timestamp: number): string {
  const source = `{"address":"127.0.0.1","port":${database.port}}`
  const event = `${place},"serverId":${database.serverId},"timestamp":${timestamp}`
  return `{${TYPE},"identity":{"slaveId":-1,"sourceAddress":${source}},"postion":{"gtid":"",${event}}}`
}

/** What a Java server finds once all is acknowledged. */
function writtenBack(): string {
  return cursorOf(`"included":false,"journalName":"${journalName}","position":${last}`, MOMENT * 1000)
}

test.each<[string, Partial<JavaCursor>]>([
  ["as the recordings have it", {}],
  ["with the name of a host that nobody knows", { address: '"mysql-1.internal"' }],
  ["with no address", { address: "null" }],
  ["without gtid", { gtid: "" }],
  ["with members that nobody knows", { identity: ',"zone":{"a":[1]}', gtid: '"epoch":7,', more: ',"v":"2"' }],
  ["with its place under postition", { name: "postition" }],
  ["with its place under position", { name: "position" }],
  ["of another type", { type: '"@type":"com.alibaba.otter.canal.protocol.postion.LogPosition"' }],
])("a cursor %s is gone on from, and left in Java's own form", async (_name, changes) => {
  using folder = createScratchFolder("java-cursor")
  const { chroot, zk } = await emptyPlace()
  using java = await PlainClient.connect(server, chroot)
  await java.create(`${SHOP}/1001/cursor`, cursorText(changes))
  const port = await freePort()
  await using _server = await startServer(flagsOf(zk, port), { folder: folder.path })
  await using client = await startWatch({ zk, destination: "shop", format: "json" })
  const cursor = async (): Promise<string | undefined> => (await java.get(`${SHOP}/1001/cursor`))?.data
  await expect.poll(cursor, { timeout: 30_000 }).toBe(writtenBack())
  const rows = client.stdout.map(readFlatMessage).flatMap(({ data }) => data ?? [])
  expect(rows).toEqual([{ id: "3" }, { id: "4" }, { id: "5" }])
})

test("what a Java server leaves is honoured, and what is not ours is left as it is", async () => {
  using folder = createScratchFolder("java-nodes")
  const { chroot, zk } = await emptyPlace()
  using plain = await PlainClient.connect(server, chroot)
  const old = await PlainClient.connect(server, chroot)
  await plain.create(SHOP)
  await createNullNode(server, `${chroot}${SHOP}/1001`)
  await plain.create(`${SHOP}/1001/cursor`, cursorText({}))
  await plain.create(`${SHOP}/1001/filter`, "shop\\.t")
  await createNullNode(server, `${chroot}${SHOP}/1002`)
  const end = { "@type": "com.alibaba.otter.canal.protocol.position.LogPosition", identity: {}, postion: {} }
  const range = { "@type": "com.alibaba.otter.canal.protocol.position.PositionRange", end, start: end }
  await plain.create(`${SHOP}/1001/mark/0000000007`, JSON.stringify(range))
  await plain.create(`${SHOP}/parse`, cursorText({}))
  await plain.create("/otter/canal/destinations/nothere/cluster")
  await plain.create(`${SHOP}/cluster/10.0.0.9:11111`)
  await old.create(`${SHOP}/running`, '{"active":true,"address":"10.0.0.9:11111","cid":1}', "ephemeral")
  const notOurs = async (): Promise<unknown> => {
    const others = /\/(?:mark|parse|filter|nothere|10\.0\.0\.9)/
    return (await plain.tree("/otter")).filter(({ path }) => others.test(path))
  }
  const before = await notOurs()

  const port = await freePort()
  await using app = await launchServer({ ...flagsOf(zk, port), protection: 200 }, { folder: folder.path })
  await app.line(/standing by: destination shop is run by 10\.0\.0\.9:11111/)
  expect(await notOurs()).toEqual(before)
  old[Symbol.dispose]()
  await app.line(/ready: destination shop/)
  expect((await plain.get(`${SHOP}/running`))?.data).toBe(`{"active":true,"address":"127.0.0.1:${port}"}`)

  // A client that was subscribed before may ask at once, as after a failover; the filter is the one in the node.
  expect(await idsFor(port, "1001")).toEqual(["3", "5"])
  await using client = await startWatch({ zk, destination: "shop", format: "json", filter: "shop\\.t" })
  const data = async (path: string): Promise<string | undefined> => (await plain.get(path))?.data
  await expect.poll(() => data(`${SHOP}/1001/cursor`), { timeout: 30_000 }).toBe(writtenBack())
  expect(client.stdout.map(readFlatMessage).flatMap((message) => message.data ?? [])).toEqual([
    { id: "3" },
    { id: "5" },
  ])
  expect(await data(`${SHOP}/1002`)).toBe("")
  // It will be served from where this server began to read: the event that ends row 2.
  expect(await data(`${SHOP}/1002/cursor`)).toBe(
    cursorOf(`"included":true,"journalName":"${journalName}","position":${acknowledged}`, 0),
  )
  expect(await notOurs()).toEqual(before)
})

/** The ids of the first rows that a client which does not subscribe is given. */
async function idsFor(port: number, clientId: string): Promise<readonly string[]> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  const frames = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
  const chunks: AsyncIterable<Buffer> = socket
  const ids: string[] = []
  const ask = (): void => {
    const get = { destination: "shop", clientId, fetchSize: 100, timeout: 5000n, unit: UNIT_MILLISECONDS }
    socket.write(encodeGet({ ...get, autoAck: false }))
  }
  socket.write(encodeClientAuth({}))
  ask()
  for await (const chunk of chunks) {
    for (const frame of frames.push(chunk)) {
      const packet = decodePacket(frame)
      if (packet.type !== PacketType.MESSAGES) continue
      for (const entry of decodeMessages(packet.body).entries.map(decodeEntry)) {
        if (entry.entryType !== "ROWDATA") continue
        const { rowDatas } = decodeRowChange(entry.storeValue)
        ids.push(...rowDatas.map(({ afterColumns }) => afterColumns[0]?.value ?? ""))
      }
      if (ids.length >= 2) return ids
      ask()
    }
  }
  return ids
}
