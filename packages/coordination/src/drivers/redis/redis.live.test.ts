import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { createServerCertificate, freePort, type RedisServer, startProxy, startRedis } from "@canal/testbed"
import { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Coordinator, Node } from "../../coordinator.ts"
import { coordinatorContract } from "../../testing/index.ts"
import { redis } from "./redis.ts"
import { BEAT, BEGIN, GET, PUT, type Script } from "./scripts.ts"

const sessionTimeout = 2000

/** The next states of a watch; it ends with the test. */
function watched(coordinator: Coordinator, path: string): () => Promise<Node | undefined> {
  const ended = new AbortController()
  onTestFinished(() => ended.abort())
  const states = coordinator.watch(path, { signal: ended.signal })[Symbol.asyncIterator]()
  return async () => {
    const result = await states.next()
    if (result.done === true) throw new Error("the watch has ended")
    return result.value
  }
}

describe("the contract", () => {
  let server: RedisServer
  let spaces = 0
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  coordinatorContract(test, async () => {
    spaces += 1
    const link = await startProxy({ to: server })
    const options = { prefix: `space-${spaces}:`, sessionTimeout }
    return {
      connect: ({ through } = {}) =>
        redis({
          ...options,
          url: through === undefined ? server.url : `redis://127.0.0.1:${link.port}`,
        }).connect(),
      link,
      async failOver() {
        await server.kill9()
        await server.restart()
      },
      [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
    }
  })
})

test("a password is taken from the URL, and a wrong one is refused without being shown", async () => {
  await using server = await startRedis({ args: ["--requirepass", "se:cret"] })
  const url = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}/3`
  await using coordinator = await redis({ url: url("se:cret") }).connect()
  expect((await coordinator.put("/a", "1")).data).toBe("1")
  const wrong = redis({ url: url("guessed") })
  expect(wrong.place).not.toContain("guessed")
  await expect(wrong.connect()).rejects.toMatchObject({ code: "REFUSED", message: /WRONGPASS/ })
  await expect(redis({ url: server.url }).connect()).rejects.toMatchObject({ code: "REFUSED" })
})

test("a database that the server does not have is refused, and no other is used instead", async () => {
  await using server = await startRedis({ args: ["--databases", "2"] })
  await using coordinator = await redis({ url: `${server.url}/1` }).connect()
  expect((await coordinator.put("/a", "1")).data).toBe("1")
  await expect(redis({ url: `${server.url}/2` }).connect()).rejects.toMatchObject({
    code: "REFUSED",
    message: /database 2.*index is out of range/,
  })
})

test("a user with the rights that the README names does everything, and one with less is refused", async () => {
  const rights = ["~canal:*", "&canal:*", "-@all"]
  const commands =
    "+hello +select +ping +evalsha +eval +subscribe +unsubscribe +publish +wait +get +set +del +exists"
  const more = "+pexpire +pttl +hset +hget +hmget +hexists +sadd +srem +smembers"
  const users = [
    ["--user", "canal", "on", ">secret", ...rights, ...`${commands} ${more}`.split(" ")],
    ["--user", "reader", "on", ">secret", ...rights, "+hello", "+eval", "+evalsha", "+get"],
    ["--user", "other", "on", ">secret", "~other:*", "&other:*", "+@all"],
  ]
  await using server = await startRedis({ args: users.flat() })
  const as = (user: string) => redis({ url: `redis://${user}:secret@127.0.0.1:${server.port}` })
  await using coordinator = await as("canal").connect()
  await coordinator.put("/a/running", "me", { ephemeral: true })
  const next = watched(coordinator, "/a/running")
  expect((await next())?.data).toBe("me")
  await coordinator.remove("/a")
  expect(await next()).toBeUndefined()
  expect(await coordinator.children("/")).toEqual([])
  for (const user of ["reader", "other"])
    await expect(as(user).connect()).rejects.toMatchObject({ code: "REFUSED" })
})

test("TLS is checked against the authority that is given", async () => {
  const certificate = createServerCertificate()
  await using server = await startRedis({ certificate })
  await using coordinator = await redis({ url: server.url, ca: certificate.ca }).connect()
  expect((await coordinator.put("/a", "1")).data).toBe("1")
  await expect(redis({ url: server.url }).connect()).rejects.toMatchObject({ code: "REFUSED" })
})

test("a redis that is away is waited for, and said so once", async () => {
  const told: unknown[] = []
  const hear = (message: unknown): void => void told.push(message)
  subscribe("canal:coordination", hear)
  onTestFinished(() => void unsubscribe("canal:coordination", hear))
  await using server = await startRedis()
  await server.stop()
  const connecting = redis({ url: server.url }).connect()
  await expect.poll(() => told).toMatchObject([{ level: "warning", message: /does not answer/ }])
  await server.restart()
  await using coordinator = await connecting
  expect(coordinator.session.state).toBe("connected")
  expect(told).toMatchObject([{ level: "warning" }, { level: "info", message: /answers/ }])
})

test("waiting for a redis that is away, or hangs, ends with the signal", async () => {
  const stopped = new AbortController()
  const away = redis({ url: `redis://127.0.0.1:${await freePort()}` }).connect({ signal: stopped.signal })
  await using server = await startRedis()
  server.pause()
  const hanging = redis({ url: server.url }).connect({ signal: stopped.signal })
  stopped.abort(new Error("enough"))
  await expect(away).rejects.toThrow("enough")
  await expect(hanging).rejects.toThrow("enough")
})

test("a redis that was wiped has lost the session, and the next one sees an empty tree", async () => {
  await using server = await startRedis()
  const backend = redis({ url: server.url, sessionTimeout })
  const before = await backend.connect()
  const { revision } = await before.put("/a", "1")
  const next = watched(before, "/a")
  await next()
  const ended = expect(next()).rejects.toMatchObject({ code: "SESSION_LOST" })
  await server.wipe()
  await ended
  expect(before.session.state).toBe("lost")
  await expect(before.get("/a")).rejects.toMatchObject({ code: "SESSION_LOST" })
  await using after = await backend.connect()
  expect(await after.children("/")).toEqual([])
  expect((await after.put("/a", "1")).revision).not.toBe(revision)
})

test("persistent nodes and sessions outlive a crash of redis with an append-only file", async () => {
  await using server = await startRedis()
  const backend = redis({ url: server.url, sessionTimeout: 60_000 })
  await using coordinator = await backend.connect()
  const cursor = await coordinator.put("/a/cursor", "1")
  const running = await coordinator.put("/a/running", "me", { ephemeral: true })
  await server.kill9()
  await expect(coordinator.get("/a/cursor")).rejects.toMatchObject({ code: "UNAVAILABLE" })
  await server.restart()
  await expect.poll(() => coordinator.session.state).toBe("connected")
  expect(await coordinator.get("/a/cursor")).toEqual(cursor)
  expect(await coordinator.get("/a/running")).toEqual(running)
})

test("the nodes of a session that went silent end by themselves, and who watches is told", async () => {
  await using server = await startRedis()
  await using link = await startProxy({ to: server })
  const silent = await redis({ url: `redis://127.0.0.1:${link.port}`, sessionTimeout }).connect()
  await using other = await redis({ url: server.url, sessionTimeout: 60_000 }).connect()
  await silent.put("/a/running", "me", { ephemeral: true })
  const next = watched(other, "/a/running")
  expect((await next())?.data).toBe("me")
  link.pause()
  expect(await next()).toBeUndefined()
  expect(silent.session.state).toBe("lost")
  expect(await other.children("/a")).toEqual([])
})

test("a watch on a node that does not end by itself asks nothing while nothing happens", async () => {
  await using server = await startRedis()
  await using coordinator = await redis({ url: server.url, sessionTimeout: 60_000 }).connect()
  await coordinator.put("/a", "1")
  const [next, nothing] = [watched(coordinator, "/a"), watched(coordinator, "/b")]
  await Promise.all([next(), nothing()])
  const asked = new Redis(server.url)
  onTestFinished(() => asked.disconnect())
  const monitor = await asked.monitor()
  onTestFinished(() => monitor.disconnect())
  const commands: string[] = []
  monitor.on("monitor", (_time: string, [command = ""]: string[]) => commands.push(command))
  await asked.ping()
  await expect.poll(() => commands).toContain("ping")
  expect(commands.filter((each) => /eval|subscribe/i.test(each))).toEqual([])
  const both = Promise.all([next(), nothing()])
  await coordinator.put("/b", "2")
  await coordinator.put("/a", "3")
  expect((await both).map((node) => node?.data)).toEqual(["3", "2"])
})

test("a coordinator that was disposed of has told Redis so, and leaves no connection", async () => {
  await using server = await startRedis()
  const backend = redis({ url: server.url, sessionTimeout: 60_000 })
  const asked = new Redis(server.url)
  onTestFinished(() => asked.disconnect())
  const coordinator = await backend.connect()
  await coordinator.put("/a/running", "me", { ephemeral: true })
  await coordinator[Symbol.asyncDispose]()
  expect(await asked.keys("*")).toEqual(expect.arrayContaining(["canal:node:/a", "canal:children:/"]))
  expect(await asked.dbsize()).toBe(2)
  await expect.poll(async () => String(await asked.client("LIST")).match(/^id=/gm)?.length).toBe(1)
})

test("a watch that ends leaves no subscription", async () => {
  await using server = await startRedis()
  await using coordinator = await redis({ url: server.url }).connect()
  const asked = new Redis(server.url)
  onTestFinished(() => asked.disconnect())
  const channels = () => asked.pubsub("CHANNELS")
  for (let round = 0; round < 3; round += 1) {
    const ended = new AbortController()
    for await (const node of coordinator.watch("/a", { signal: ended.signal })) {
      expect(node).toBeUndefined()
      expect(await channels()).toEqual(["canal:changed:/a"])
      ended.abort()
    }
  }
  await expect.poll(channels).toEqual([])
})

test("a request over a link that swallows it fails, and the next ones go over a new connection", async () => {
  await using server = await startRedis()
  await using link = await startProxy({ to: server })
  const url = `redis://127.0.0.1:${link.port}`
  await using coordinator = await redis({ url, sessionTimeout: 6000 }).connect()
  await coordinator.put("/a", "1")
  const next = watched(coordinator, "/a")
  await next()
  link.pause()
  await expect(coordinator.put("/a", "2")).rejects.toMatchObject({ code: "UNAVAILABLE" })
  link.heal()
  await expect
    .poll(() => coordinator.put("/a", "3").then((node) => node.data, String), { timeout: 5000 })
    .toBe("3")
  await expect.poll(next, { timeout: 5000 }).toMatchObject({ data: "3" })
})

test("a request that was given up is refused when it arrives after one of a later connection", async () => {
  await using server = await startRedis()
  const client = new Redis(server.url)
  onTestFinished(() => client.disconnect())
  const run = (script: Script, generation: number, ...args: readonly string[]) =>
    client.eval(script.text, 0, "canal:", "session", generation, ...args)
  expect(await run(BEGIN, 1, "60000")).toEqual(["OK"])
  expect(await run(PUT, 1, "/a", "", "1", "revision", "")).toEqual(["OK", ""])
  expect(await run(BEAT, 2, "60000")).toEqual(["OK"])
  expect(await run(PUT, 1, "/a", "", "2", "another", "")).toEqual(["STALE"])
  expect(await run(GET, 2, "/a")).toEqual(["OK", "1", "revision", "", "-1"])
})

test("an ephemeral node can have none below it", async () => {
  await using server = await startRedis()
  await using coordinator = await redis({ url: server.url }).connect()
  await coordinator.put("/a", "1", { ephemeral: true })
  await expect(coordinator.put("/a/b/c", "2")).rejects.toMatchObject({ code: "REFUSED" })
  await expect(coordinator.put("/a/", "2")).rejects.toMatchObject({ code: "REFUSED" })
  expect(await coordinator.get("/a/b")).toBeUndefined()
})

test("sentinels that refuse are not waited for", async () => {
  await using server = await startRedis({ args: ["--requirepass", "secret"] })
  const { host, port } = server
  const sentinel = { addresses: [{ host, port }], masterName: "mymaster" }
  await expect(redis({ url: "redis://", sentinel }).connect()).rejects.toMatchObject({ code: "REFUSED" })
})
