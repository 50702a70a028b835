import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { errorCode } from "../error-code.ts"
import { type Proxy, startProxy } from "./proxy.ts"

function echoBehindProxy(): Promise<Proxy> {
  return behindProxy(createServer((socket) => socket.on("error", () => undefined).pipe(socket)))
}

async function behindProxy(server: Server): Promise<Proxy> {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  const proxy = await startProxy({ to: { host: "127.0.0.1", port: address.port } })
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]()
    server.close()
  })
  return proxy
}

async function open(proxy: Proxy): Promise<Socket> {
  const socket = connect({ host: proxy.host, port: proxy.port })
  onTestFinished(() => void socket.destroy())
  await once(socket, "connect")
  return socket
}

async function answerTo(socket: Socket, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  socket.once("data", resolve)
  socket.write(text)
  return (await promise).toString()
}

async function errorOf(socket: Socket): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  socket.once("error", resolve)
  return errorCode(await promise)
}

test("data passes both ways, the end too", async () => {
  const proxy = await echoBehindProxy()
  const socket = await open(proxy)
  expect(await answerTo(socket, "hello")).toBe("hello")
  expect(proxy.connections).toBe(1)
  socket.end()
  await once(socket, "close")
})

test("a cut resets what is open and refuses what comes, until it heals", async () => {
  const proxy = await echoBehindProxy()
  const socket = await open(proxy)
  expect(await answerTo(socket, "hello")).toBe("hello")
  const error = errorOf(socket)
  proxy.cut()
  expect(await error).toBe("ECONNRESET")
  expect(await errorOf(connect({ host: proxy.host, port: proxy.port }))).toBe("ECONNRESET")
  proxy.heal()
  expect(await answerTo(await open(proxy), "again")).toBe("again")
})

test("nothing passes in a pause, and nothing is lost by it", async () => {
  const proxy = await echoBehindProxy()
  const socket = await open(proxy)
  expect(await answerTo(socket, "one")).toBe("one")
  proxy.pause()
  const came: string[] = []
  socket.on("data", (data) => came.push(String(data)))
  socket.write("two")
  // Another connection shows that the time was long enough for data to pass, had it been let.
  const other = await echoBehindProxy()
  expect(await answerTo(await open(other), "beside")).toBe("beside")
  expect(came).toEqual([])
  const next = once(socket, "data")
  proxy.heal()
  await next
  expect(came).toEqual(["two"])
})

test("a delay keeps the order", async () => {
  const proxy = await echoBehindProxy()
  proxy.delay(5)
  const socket = await open(proxy)
  let came = ""
  const whole = Promise.withResolvers<void>()
  socket.on("data", (data) => {
    came += String(data)
    if (came.length === 10) whole.resolve()
  })
  for (const digit of "0123456789") socket.write(digit)
  await whole.promise
  expect(came).toBe("0123456789")
})

test("a client that goes away while the server keeps writing ends its own connection only", async () => {
  const ended = Promise.withResolvers<void>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined)
    socket.on("close", () => ended.resolve())
    const write = (): void => {
      if (!socket.destroyed) socket.write("still here", () => setImmediate(write))
    }
    socket.once("data", (data) => socket.write(data))
    socket.once("end", write)
    socket.resume()
  })
  const proxy = await behindProxy(server)
  const socket = await open(proxy)
  expect(await answerTo(socket, "hello")).toBe("hello")
  socket.destroy()
  await ended.promise
  expect(await answerTo(await open(proxy), "again")).toBe("again")
  await expect.poll(() => proxy.connections).toBe(1)
})
