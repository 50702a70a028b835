import { once } from "node:events"
import { connect, type Socket } from "node:net"
import {
  decodeAck,
  decodeMessages,
  decodePacket,
  encodeClientAck,
  encodeClientAuth,
  encodeClientRollback,
  encodeGet,
  encodeSub,
  FrameDecoder,
  MAX_FRAME_LENGTH,
  type Packet,
  PacketType,
  UNIT_MILLISECONDS,
} from "@canal/protocol"
import {
  type App,
  createRandom,
  createScratchFolder,
  type DatabaseServer,
  freePort,
  type ScratchFolder,
  startMariadb,
} from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startConsumer, startServer } from "./apps.ts"
import { complaintsOf } from "./refusal.ts"

const who = { destination: "example", clientId: "7" }

let database: DatabaseServer
let folder: ScratchFolder
let server: App
let consumer: App
let port: number
let changes = 0

beforeAll(async () => {
  database = await startMariadb()
  folder = createScratchFolder("hostile")
  port = await freePort()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
  server = await startServer({ source: database.url(), port }, { folder: folder.path })
  consumer = await startConsumer(port)
  await consumer.line(/^connected/)
})

afterAll(async () => {
  await consumer[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Writes a row and waits until the consumer, connected since before all the mischief, has acknowledged it. */
async function expectAlive(): Promise<void> {
  await database.query("INSERT INTO e2e.changes VALUES (?)", [++changes])
  await consumer.line(new RegExp(`^acknowledged ${changes}$`))
  expect(server.exit).toBeUndefined()
  expect(complaintsOf(server)).toEqual([])
}

async function open(): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  socket.on("error", () => undefined)
  await once(socket, "connect")
  return socket
}

/** Waits until the server has closed the connection; what it sends before is thrown away. */
async function closedByServer(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, "close")
}

async function* packetsOf(socket: Socket): AsyncGenerator<Packet, undefined> {
  const frames = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
  const chunks: AsyncIterable<Buffer> = socket
  for await (const chunk of chunks) for (const frame of frames.push(chunk)) yield decodePacket(frame)
  return undefined
}

test.each([
  ["a frame length of 2 GB", Buffer.from("7fffffff1801", "hex")],
  ["a frame length of 4 GB, or below zero", Buffer.from("ffffffff", "hex")],
  ["a frame of more than a client may send", Buffer.from("00200000", "hex")],
  ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: 127.0.0.1:11111\r\n\r\n")],
  ["a packet that is none", Buffer.from("000000050102030405", "hex")],
])("%s closes the connection, before and after authentication", async (_, bytes) => {
  const first = await open()
  first.write(bytes)
  await closedByServer(first)

  const second = await open()
  const packets = packetsOf(second)
  expect((await packets.next()).value).toMatchObject({ type: PacketType.HANDSHAKE })
  second.write(encodeClientAuth({}))
  expect((await packets.next()).value).toMatchObject({ type: PacketType.ACK })
  second.write(bytes)
  await expect(packets.next()).resolves.toEqual({ done: true, value: undefined })
  await expectAlive()
})

test("random bytes on a hundred connections", async ({ annotate }) => {
  const random = createRandom()
  await annotate(`seed ${random.seed}`)
  const sockets = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = await open()
      const bytes = Buffer.from(Array.from({ length: random.integer(4, 5000) }, () => random.integer(0, 255)))
      // Not a small length by chance, of which the server would rightly wait for the rest.
      bytes[0] = random.integer(1, 255)
      socket.write(bytes)
      return socket
    }),
  )
  await Promise.all(sockets.map(closedByServer))
  await expectAlive()
})

test("clients that leave without a word, in the middle of a frame or of a handshake", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("00000064", "hex"), Buffer.from("0000", "hex")]) {
    const leaves = await open()
    leaves.end(bytes)
    await closedByServer(leaves)
    const breaks = await open()
    breaks.write(bytes)
    breaks.resetAndDestroy()
  }
  await expectAlive()
})

test("clients that say nothing are closed, however many they are", { timeout: 120_000 }, async () => {
  const silent = await Promise.all(Array.from({ length: 200 }, open))
  await expectAlive()
  await Promise.all(silent.map(closedByServer))
  await expectAlive()
})

test("acknowledging or rolling back a batch that does not exist is answered by an error, and the session goes on", async () => {
  const socket = await open()
  const packets = packetsOf(socket)
  const next = async (): Promise<Packet> => {
    const { value } = await packets.next()
    if (value === undefined) throw new Error("the server has closed the connection")
    return value
  }
  const get = encodeGet({ ...who, fetchSize: 100, timeout: 20, unit: UNIT_MILLISECONDS, autoAck: false })
  await next()
  socket.write(Buffer.concat([encodeClientAuth({}), encodeSub({ ...who, filter: "" })]))
  for (let i = 0; i < 2; i++) expect(decodeAck((await next()).body).errorCode).toBeUndefined()
  for (const request of [
    encodeClientAck({ ...who, batchId: 12_345 }),
    encodeClientRollback({ ...who, batchId: 12_345 }),
  ]) {
    socket.write(request)
    const { type, body } = await next()
    expect(type).toBe(PacketType.ACK)
    const { errorCode, errorMessage } = decodeAck(body)
    expect(errorCode).toBe(400)
    expect(errorMessage).toContain("12345")
    socket.write(get)
    expect(decodeMessages((await next()).body).batchId).toBe(-1)
  }
  socket.destroy()
  await expectAlive()
})

test("after all that the server ends in order, and has said nothing on standard output", async () => {
  expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
  expect(server.stdout).toEqual([])
  expect(complaintsOf(server)).toEqual([])
})
