import { createServer, type Socket } from "node:net"
import { freePort } from "@canal/testbed"
import { expect, test } from "vitest"
import { Connection, type OpenedConnection, type Told } from "./connection.ts"
import { JuteWriter } from "./jute-writer.ts"
import { exists, getChildren, getData, sync } from "./requests.ts"

const untold: Told = { disconnected: () => undefined, changed: () => undefined }
const SESSION = new JuteWriter().int(0).int(6000).long(5n).buffer(Buffer.alloc(16)).bool(false).frame()

test.each([
  ["speaks HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "no ZooKeeper server"],
  ["announces a negative length", Buffer.from("ffffffff", "hex"), "no ZooKeeper server"],
  ["announces a huge length", Buffer.from("7fffffff", "hex"), "no ZooKeeper server"],
  ["answers too short", Buffer.from("0000000400000000", "hex"), "cannot be read"],
  ["closes", undefined, "closed the connection"],
])("a stranger that %s is left at once", async (_what, answer, message) => {
  await using port = await listen((socket) =>
    answer === undefined ? socket.destroy() : socket.write(answer),
  )
  const opening = open(port.number)
  await expect(opening).rejects.toMatchObject({ code: "UNAVAILABLE" })
  await expect(opening).rejects.toThrow(message)
})

test("a stranger that says nothing is left when the signal says so, over TLS as well", async () => {
  await using port = await listen(() => undefined)
  for (const tls of [undefined, {}]) {
    const given = new AbortController()
    const opening = open(port.number, untold, tls, given.signal)
    setTimeout(() => given.abort(new Error("too late")), 50)
    await expect(opening).rejects.toThrow("too late")
  }
})

test("a port where nobody listens, and one without TLS, are said to be so", async () => {
  const closed = await listen(() => undefined)
  await closed[Symbol.asyncDispose]()
  await expect(open(closed.number)).rejects.toThrow("ECONNREFUSED")
  await using clear = await listen((socket) => socket.write(SESSION))
  await expect(open(clear.number, untold, {})).rejects.toMatchObject({ code: "UNAVAILABLE" })
})

test("a session that is over is said to be so", async () => {
  const over = new JuteWriter().int(0).int(0).long(0n).buffer(Buffer.alloc(16)).bool(false).frame()
  await using port = await listen((socket) => socket.write(over))
  await expect(open(port.number)).rejects.toMatchObject({ code: "SESSION_LOST" })
})

test.each([
  ["an answer that nobody asked for", new JuteWriter().int(77).long(1n).int(0).frame(), "was not asked for"],
  ["an answer too short", new JuteWriter().int(1).long(1n).int(0).frame(), "cannot be read"],
  ["a huge frame", Buffer.from("7fffffff", "hex"), "was announced"],
])("%s ends the connection, and with it everything asked", async (_what, answer, message) => {
  await using port = await listen((socket) => {
    socket.write(SESSION)
    socket.on("data", (piece) => {
      if (piece.includes("/asked")) socket.write(answer)
    })
  })
  const { promise, resolve } = Promise.withResolvers<Connection>()
  const { connection } = await open(port.number, { ...untold, disconnected: resolve })
  const asked = [connection.ask(getData("/asked")), connection.ask(exists("/b", true))]
  for (const each of await Promise.all(asked)) {
    expect(each.code).toBe(-4)
    expect(each.why).toContain(message)
  }
  expect(await promise).toBe(connection)
  expect(await connection.ask(sync())).toMatchObject({ code: -4 })
})

test("answers that come byte by byte, and an event between them, are told apart", async () => {
  const stream = Buffer.concat([
    SESSION,
    new JuteWriter().int(-1).long(-1n).int(0).int(3).int(3).ustring("/seen").frame(),
    new JuteWriter().int(1).long(9n).int(-101).frame(),
    new JuteWriter().int(2).long(8n).int(0).int(1).ustring("x").frame(),
  ])
  await using port = await listen((socket) => {
    socket.setNoDelay(true)
    socket.write(stream.subarray(0, SESSION.length))
    socket.on("data", (piece) => {
      if (!piece.includes("/b")) return
      for (const byte of stream.subarray(SESSION.length)) socket.write(Buffer.of(byte))
    })
  })
  const seen: string[] = []
  const { connection, timeout, identity } = await open(port.number, {
    ...untold,
    changed: (path) => seen.push(path),
  })
  expect([timeout, identity.id]).toEqual([6000, 5n])
  const first = connection.ask(getData("/a"))
  expect(await connection.ask(getChildren("/b"))).toEqual({ code: 0, body: ["x"] })
  expect(await first).toEqual({ code: -101 })
  expect(seen).toEqual(["/seen"])
  expect(connection.lastZxid).toBe(9n)
  connection.close()
})

function open(
  port: number,
  told: Told = untold,
  tls?: object,
  signal: AbortSignal = new AbortController().signal,
): Promise<OpenedConnection> {
  const address = { name: "127.0.0.1", host: "127.0.0.1", port }
  const session = { timeout: 6000, identity: undefined, lastZxid: 0n, digest: undefined }
  return Connection.open({ address, tls, told, ...session }, signal)
}

/** Somebody at a port of 127.0.0.1. */
async function listen(
  serve: (socket: Socket) => unknown,
): Promise<{ readonly number: number } & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const number = await freePort()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => socket.destroy())
    socket.on("data", () => undefined)
    serve(socket)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(number, "127.0.0.1", resolve)
  await promise
  return {
    number,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      for (const socket of sockets) socket.destroy()
      await closed.promise
    },
  }
}
