import { once } from "node:events"
import { createMemoryCursorStore } from "@canal/cursor-store"
import {
  decodeAck,
  decodeMessages,
  decodePacket,
  encodeClientAck,
  encodeClientAuth,
  encodeClientRollback,
  encodeGet,
  encodeSub,
  encodeUnsub,
  type Get,
  hashPassword,
  PacketType,
  scramble,
} from "@canal/protocol"
import { expect, test } from "vitest"
import { createEncoder } from "../encode/encoder.ts"
import { ClientFilters } from "../delivery/client-filters.ts"
import { Delivery } from "../delivery/delivery.ts"
import { EventStore } from "../store/event-store.ts"
import { statement } from "../testing/changes.ts"
import { entry, never, transaction, together } from "../testing/entries.ts"
import { FrameClient } from "../testing/frame-client.ts"
import { serving } from "../testing/serving.ts"
import { listen, type ListenOptions } from "./listener.ts"

const who = { destination: "shop", clientId: "1001" }

function get(changes: Partial<Get> = {}): Buffer {
  return encodeGet({ ...who, fetchSize: 1000, timeout: -1, unit: 2, autoAck: false, ...changes })
}

async function opened(options: Partial<ListenOptions> = {}) {
  const stack = new AsyncDisposableStack()
  const store = new EventStore(1 << 26)
  const delivery = await Delivery.open({
    destination: "shop",
    store,
    cursors: createMemoryCursorStore(),
    source: { host: "localhost", port: 3306 },
    position: async () => ({ file: "binlog.000001", offset: 4, timestamp: 0, serverId: 1, gtid: "" }),
    filters: new ClientFilters(),
    goBack: () => undefined,
  })
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    destinations: serving("shop", delivery),
    credentials: { user: undefined, passwordHash: undefined },
    ...options,
  })
  stack.defer(() => listener.close())
  const connect = async () => {
    const client = stack.use(await FrameClient.connect(listener.port))
    await client.frame()
    return client
  }
  /** A client that has authenticated and subscribed. */
  const session = async () => {
    const client = await connect()
    client.send(encodeClientAuth({}), encodeSub({ ...who, filter: "" }))
    await client.frame()
    await client.frame()
    return client
  }
  return { store, delivery, listener, connect, session, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

function ackOf(frame: Buffer | undefined) {
  const packet = decodePacket(frame?.subarray(4) ?? Buffer.alloc(0))
  expect(packet.type).toBe(PacketType.ACK)
  return decodeAck(packet.body)
}

function messagesOf(frame: Buffer | undefined) {
  const packet = decodePacket(frame?.subarray(4) ?? Buffer.alloc(0))
  expect(packet.type).toBe(PacketType.MESSAGES)
  return decodeMessages(packet.body)
}

test.each([
  ["random bytes", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["a length of 2 GB", Buffer.from("7fffffff1801", "hex")],
  ["a negative length", Buffer.from("ffffffff", "hex")],
  ["a frame beyond the limit", Buffer.from("00200000", "hex")],
  ["a packet of no known layout", Buffer.from("000000050102030405", "hex")],
])("%s close the connection, before and after authentication, and the server lives on", async (_, bytes) => {
  await using server = await opened()
  const first = await server.connect()
  first.send(bytes)
  expect(await first.frame()).toBeUndefined()
  const second = await server.session()
  second.send(bytes)
  expect(await second.frame()).toBeUndefined()
  await server.session()
})

test("a client that says nothing, or never the right password, is closed after a while", async () => {
  await using server = await opened({
    authenticationTime: 20,
    credentials: { user: "canal", passwordHash: hashPassword("canal") },
  })
  const silent = await server.connect()
  const wrong = await server.connect()
  wrong.send(encodeClientAuth({ username: "canal", password: "" }))
  expect(ackOf(await wrong.frame())).toEqual({ errorCode: 400, errorMessage: "auth failed for user:canal" })
  expect(await silent.frame()).toBeUndefined()
  expect(await wrong.frame()).toBeUndefined()
})

test("the password may be tried again with the same seed; no hexadecimal closes", async () => {
  const seed = Buffer.from("0102030405060708", "hex")
  await using server = await opened({
    credentials: { user: "canal", passwordHash: hashPassword("canal") },
    seed: () => seed,
  })
  const client = await server.connect()
  client.send(encodeClientAuth({ username: "canal", password: scramble("other", seed) }))
  expect(ackOf(await client.frame()).errorCode).toBe(400)
  client.send(encodeClientAuth({ username: "canal", password: scramble("canal", seed) }))
  expect(ackOf(await client.frame()).errorCode).toBeUndefined()
  const odd = await server.connect()
  odd.send(encodeClientAuth({ username: "canal", password: "abc" }))
  expect(await odd.frame()).toBeUndefined()
})

test("an authentication may subscribe; to a destination that does not run it closes", async () => {
  await using server = await opened()
  const client = await server.connect()
  client.send(encodeClientAuth(who), get())
  expect(ackOf(await client.frame()).errorCode).toBeUndefined()
  expect(messagesOf(await client.frame()).batchId).toBe(-1)
  const other = await server.connect()
  other.send(encodeClientAuth({ ...who, destination: "nothere" }))
  expect(await other.frame()).toBeUndefined()
})

test("idle clients are closed after the time they asked for", async () => {
  await using server = await opened()
  const client = await server.connect()
  client.send(encodeClientAuth({ netReadTimeout: 20 }))
  await client.frame()
  expect(await client.frame()).toBeUndefined()
})

test("missing names, a missing batch id and unknown packets have their codes", async () => {
  await using server = await opened()
  const client = await server.session()
  const nobody = { destination: "shop", clientId: "" }
  client.send(
    encodeSub({ ...nobody, filter: "" }),
    encodeUnsub({ ...nobody, filter: "" }),
    get(nobody),
    encodeClientAck({ ...nobody, batchId: 1 }),
    encodeClientRollback({ ...nobody, batchId: 0 }),
    encodeClientAck({ ...who, batchId: 0 }),
    encodeClientAck({ ...who, batchId: -1 }),
    Buffer.from("00000002185f", "hex"),
    encodeSub({ ...who, clientId: "40000", filter: "" }),
    Buffer.from("0000000518062a0107", "hex"),
  )
  for (let i = 0; i < 5; i += 1) expect(ackOf(await client.frame()).errorCode).toBe(401)
  expect(ackOf(await client.frame()).errorCode).toBe(402)
  expect(ackOf(await client.frame()).errorMessage).toBe("packet type=UNRECOGNIZED is NOT supported!")
  expect(ackOf(await client.frame()).errorMessage).toContain(
    "java.lang.NumberFormatException: Value out of range.",
  )
  expect(ackOf(await client.frame()).errorMessage).toContain("InvalidProtocolBufferException")
})

test("many GETs in a row are answered in order, and a waiting one keeps nobody else", async () => {
  await using server = await opened()
  const a = await server.session()
  const count = 3000
  a.send(Buffer.concat(Array.from({ length: count }, () => get({ fetchSize: 0, timeout: 0 }))))
  const b = await server.connect()
  b.send(encodeClientAuth({}), encodeSub({ ...who, clientId: "2", filter: "" }))
  expect(ackOf(await b.frame()).errorCode).toBeUndefined()
  expect(ackOf(await b.frame()).errorCode).toBeUndefined()
  await server.store.put(together(Array.from({ length: count }, (_, i) => entry("rows", i))), never)
  for (let id = 1; id <= count; id += 1) expect(messagesOf(await a.frame()).batchId).toBe(id)
})

test("of big requests behind a waiting one little is read ahead, and all are answered", async () => {
  await using server = await opened()
  const count = 40
  const big = encodeSub({ destination: "", clientId: "", filter: "x".repeat(1_000_000) })
  const waiting = await server.session()
  waiting.send(get({ timeout: 0 }), ...Array.from({ length: count }, () => big))
  // As much on another connection shows that there was time to read it all.
  const other = await server.session()
  for (let i = 0; i < count; i += 1) {
    other.send(big)
    expect(ackOf(await other.frame()).errorCode).toBe(401)
  }
  expect(waiting.socket.writableLength).toBeGreaterThan(20_000_000)
  await server.store.put(together(transaction(100, 1)), never)
  expect(messagesOf(await waiting.frame()).entries).toHaveLength(3)
  for (let i = 0; i < count; i += 1) expect(ackOf(await waiting.frame()).errorCode).toBe(401)
})

test("an acknowledgement sent right before leaving counts, a GET does not take a batch along", async () => {
  await using server = await opened()
  const a = await server.session()
  await server.store.put(together(transaction(100, 1)), never)
  a.send(get())
  const { batchId } = messagesOf(await a.frame())
  a.send(encodeClientAck({ ...who, batchId }), get({ timeout: 0 }))
  a.socket.end()
  await once(a.socket, "close")
  await server.store.put(together(transaction(200, 1)), never)
  const b = await server.session()
  b.send(get())
  expect(messagesOf(await b.frame())).toMatchObject({ batchId: 2 })
})

test("a client that does not read holds one batch in the server, no more", async () => {
  await using server = await opened()
  const client = await server.session()
  client.socket.pause()
  const big = Array.from({ length: 40 }, (_, i) => entry("rows", i, { bytes: Buffer.alloc(1 << 20) }))
  await server.store.put(together(big), never)
  client.send(Buffer.concat(Array.from({ length: 40 }, () => get({ fetchSize: 0 }))))
  const other = await server.session()
  other.send(encodeClientRollback({ ...who, batchId: 12_345 }))
  expect(ackOf(await other.frame()).errorMessage).toContain("is not exist")
  const open = server.delivery.outstanding(1001)
  expect(open).toBeGreaterThan(0)
  expect(open).toBeLessThan(40)
  client.socket.resume()
  for (let id = 1; id <= 40; id += 1) expect(messagesOf(await client.frame()).batchId).toBe(id)
})

test("a batch on its way stays as it was when its entries are freed and their memory is wanted", async () => {
  await using server = await opened()
  const encoder = createEncoder()
  const statements = (first: number) =>
    encoder.encode(
      Array.from({ length: 1000 }, (_, n) => ({ ...statement(first + n), sql: `${first + n}`.repeat(2000) })),
    )
  const client = await server.session()
  client.socket.pause()
  const batch = statements(1000)
  const wanted = Array.from(batch, ({ bytes }) => bytes.toString("latin1"))
  await server.store.put(batch, never)
  client.send(get({ fetchSize: 100_000 }))
  await expect.poll(() => server.delivery.outstanding(1001)).toBe(1)
  await server.delivery.unsubscribe(1001)
  server.store.free(server.store.next)
  for (let first = 5000; first < 9000; first += 1000) {
    await server.store.put(statements(first), never)
    server.store.free(server.store.next)
  }
  client.socket.resume()
  const { entries } = messagesOf(await client.frame())
  expect(entries.map((bytes) => Buffer.from(bytes).toString("latin1"))).toEqual(wanted)
})

test("closing answers a waiting GET and ends the connections", async () => {
  await using server = await opened()
  const waiting = await server.session()
  waiting.send(get({ timeout: 0 }))
  const silent = await server.connect()
  await server.listener.close()
  expect(messagesOf(await waiting.frame()).batchId).toBe(-1)
  expect(await waiting.frame()).toBeUndefined()
  expect(await silent.frame()).toBeUndefined()
})

test("a port that is taken is named", async () => {
  await using server = await opened()
  await expect(opened({ port: server.listener.port })).rejects.toMatchObject({
    code: "CANNOT_LISTEN",
    message: `port ${server.listener.port} of 127.0.0.1 is taken; stop what listens there or choose another port`,
  })
})
