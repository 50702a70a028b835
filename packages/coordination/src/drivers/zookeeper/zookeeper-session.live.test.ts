import { startZookeeper, startZookeeperEnsemble } from "@canal/testbed"
import ZooKeeper from "zookeeper"
import { expect, test } from "vitest"
import type { SessionState } from "../../coordinator.ts"
import { zookeeper } from "./zookeeper.ts"

test("the chroot is created, the granted timeout is told, and a dispose ends the session", async () => {
  await using server = await startZookeeper({ tickTime: 1000 })
  const backend = zookeeper({ servers: `${server.connectString}/some/where`, sessionTimeout: 1000 })
  expect(backend.place).toBe(`ZooKeeper at ${server.connectString}/some/where`)
  const coordinator = await backend.connect()
  expect(coordinator.session.timeout).toBe(2000)
  await coordinator.put("/otter/held", "", { ephemeral: true })
  await using root = await zookeeper({ servers: server.connectString }).connect()
  expect(root.session.timeout).toBe(20_000)
  expect(await root.children("/some/where/otter")).toEqual(["held"])
  expect((await server.counters())["global_sessions"]).toBe("2")
  await coordinator[Symbol.asyncDispose]()
  expect(await root.children("/some/where/otter")).toEqual([])
  expect((await server.counters())["global_sessions"]).toBe("1")
})

test("a server that starts later is waited for, and no longer than is asked", async () => {
  await using server = await startZookeeper()
  const backend = zookeeper({ servers: server.connectString, sessionTimeout: 2000 })
  await server.stop()
  const stopped = new AbortController()
  const waiting = backend.connect({ signal: stopped.signal })
  stopped.abort()
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" })
  const connecting = backend.connect()
  await server.restart()
  await using coordinator = await connecting
  expect(await coordinator.get("/nothing")).toBeUndefined()
})

test("what a session asks an idle server is its beats, and a watch that has ended is not asked for again", async () => {
  await using server = await startZookeeper()
  await using a = await zookeeper({ servers: server.connectString, sessionTimeout: 60_000 }).connect()
  await a.put("/watched", "0")
  const before = Number((await server.counters())["packets_received"])
  for (let n = 1; n <= 200; n += 1) {
    for await (const _node of a.watch("/watched", { signal: new AbortController().signal })) break
  }
  expect((await server.counters())["watch_count"]).toBe("1")
  const watched = Number((await server.counters())["packets_received"])
  expect(watched - before).toBeLessThan(450)
  await a.put("/watched", "1")
  await expect.poll(async () => (await server.counters())["watch_count"]).toBe("0")
  const after = Number((await server.counters())["packets_received"])
  expect(after - watched).toBeLessThan(20)
})

test("a session goes on with another member when its own hangs", async () => {
  await using ensemble = await startZookeeperEnsemble()
  await using a = await zookeeper({ servers: ensemble.connectString, sessionTimeout: 6000 }).connect()
  await a.put("/held", "a", { ephemeral: true })
  const leader = await ensemble.leader()
  for (const member of ensemble.members) {
    if (member === leader || !(await member.ask("cons")).includes("sid=")) continue
    member.pause()
  }
  await expect
    .poll(async () => (await a.get("/held").catch(() => undefined))?.mine, { timeout: 30_000 })
    .toBe(true)
  expect(a.session.lost.aborted).toBe(false)
  for (const member of ensemble.members) member.resume()
})

test("a server that was set up anew knows no session: it is lost, and the next one begins", async () => {
  await using server = await startZookeeper()
  const backend = zookeeper({ servers: server.connectString, sessionTimeout: 6000 })
  await using a = await backend.connect()
  await a.put("/kept", "1")
  const states: SessionState[] = []
  const watching = (async () => {
    for await (const state of a.session.states({ signal: new AbortController().signal })) states.push(state)
  })()
  await server.restart({ wiped: true })
  await watching
  expect(states.at(-1)).toBe("lost")
  await using b = await backend.connect()
  expect(await b.get("/kept")).toBeUndefined()
})

test("a revision of a node that was created anew since is refused", async () => {
  await using server = await startZookeeper()
  await using a = await zookeeper({ servers: server.connectString }).connect()
  const first = await a.put("/node", "1")
  await a.remove("/node")
  await a.put("/node", "2")
  await expect(a.put("/node", "3", { ifRevision: first.revision })).rejects.toMatchObject({
    code: "CONFLICT",
  })
  await expect(a.remove("/node", { ifRevision: first.revision })).rejects.toMatchObject({ code: "CONFLICT" })
  expect((await a.get("/node"))?.data).toBe("2")
})

test("what is protected takes its credentials, and what ZooKeeper cannot hold is refused", async () => {
  await using server = await startZookeeper()
  await protect(server.connectString, "/closed", "canal:secret")
  await using anybody = await zookeeper({ servers: server.connectString }).connect()
  await expect(anybody.get("/closed")).rejects.toMatchObject({ code: "REFUSED" })
  await expect(zookeeper({ servers: `${server.connectString}/closed/x` }).connect()).rejects.toMatchObject({
    code: "REFUSED",
  })
  await using canal = await zookeeper({
    servers: `${server.connectString}/closed`,
    digest: "canal:secret",
  }).connect()
  await canal.put("/node", "1")
  expect((await canal.get("/node"))?.data).toBe("1")
  await anybody.put("/held", "", { ephemeral: true })
  for (const path of ["//", "/a//b", "/a/", "/held/below"]) {
    await expect(anybody.put(path, "x")).rejects.toMatchObject({ code: "REFUSED" })
  }
  await expect(anybody.put("/big", "x".repeat(1_100_000))).rejects.toMatchObject({ code: "REFUSED" })
})

/** Makes a node that only somebody with these credentials may use. */
async function protect(servers: string, path: string, digest: string): Promise<void> {
  const client = new ZooKeeper({ connect: servers, timeout: 5000, debug_level: 0 })
  const connected = Promise.withResolvers<void>()
  client.on("connect", () => connected.resolve())
  client.init({})
  await connected.promise
  const done = Promise.withResolvers<void>()
  client.add_auth("digest", digest, () => undefined)
  await client.create(path, "", 0)
  client.a_set_acl(path, 0, [{ perms: 31, scheme: "auth", auth: "" }], (code) => {
    if (code === 0) done.resolve()
    else done.reject(new Error(`set_acl: ${code}`))
  })
  await done.promise
  setImmediate(() => void client.close())
}
