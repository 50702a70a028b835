import { startProxy, startZookeeper, startZookeeperEnsemble, type ZookeeperServer } from "@canal/testbed"
import { expect, test } from "vitest"
import type { SessionState } from "../../coordinator.ts"
import { Connection } from "./wire/connection.ts"
import { create } from "./wire/requests.ts"
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
  await protect(server, "/closed", "canal:secret")
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
  await using liar = await zookeeper({ servers: server.connectString, digest: "canal:wrong" }).connect()
  await expect(liar.get("/closed")).rejects.toMatchObject({ code: "REFUSED" })
  await expect(liar.remove("/closed")).rejects.toMatchObject({ code: "REFUSED" })
  await anybody.put("/held", "", { ephemeral: true })
  for (const path of ["//", "/a//b", "/a/", "/held/below"]) {
    await expect(anybody.put(path, "x")).rejects.toMatchObject({ code: "REFUSED" })
  }
  await expect(anybody.put("/big", "x".repeat(1_100_000))).rejects.toMatchObject({ code: "REFUSED" })
})

test("a session outlives links that hang and are cut, one after the other", async () => {
  await using ensemble = await startZookeeperEnsemble()
  const links = await Promise.all(ensemble.members.map((member) => startProxy({ to: member })))
  const servers = links.map(({ host, port }) => `${host}:${port}`).join(",")
  const a = await zookeeper({ servers, sessionTimeout: 6000 }).connect()
  const isHeld = async (): Promise<boolean> => {
    const node = await a.get("/held").catch(() => undefined)
    return node?.mine === true && a.session.state === "connected"
  }
  await a.put("/held", "a", { ephemeral: true })
  for (let round = 1; round <= 4; round += 1) {
    const hanging = links.filter((link) => link.connections > 0)
    for (const link of hanging) link.pause()
    await expect.poll(isHeld, { timeout: 30_000 }).toBe(true)
    for (const link of hanging) link.cut()
    await expect.poll(isHeld, { timeout: 30_000 }).toBe(true)
    for (const link of links) link.reset()
    await expect.poll(isHeld, { timeout: 30_000 }).toBe(true)
    for (const link of hanging) link.heal()
  }
  expect(a.session.lost.aborted).toBe(false)
  await a[Symbol.asyncDispose]()
  await Promise.all(links.map((link) => link[Symbol.asyncDispose]()))
})

test("a server that hangs is waited for no longer than is asked, and is found when it goes on", async () => {
  await using server = await startZookeeper()
  const backend = zookeeper({ servers: server.connectString, sessionTimeout: 6000 })
  server.pause()
  const stopped = new AbortController()
  const waiting = backend.connect({ signal: stopped.signal })
  stopped.abort()
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" })
  const connecting = backend.connect()
  server.resume()
  await using coordinator = await connecting
  expect(await coordinator.get("/nothing")).toBeUndefined()
})

test("a tree that changes while it is removed at a revision is removed whole or not at all", async () => {
  await using server = await startZookeeper()
  await using a = await zookeeper({ servers: server.connectString }).connect()
  await using b = await zookeeper({ servers: server.connectString }).connect()
  for (let round = 1; round <= 20; round += 1) {
    const { revision } = await a.put("/tree", "1")
    await Promise.all(Array.from({ length: 20 }, (_, n) => a.put(`/tree/${n}/leaf`, "x")))
    const [removed, written] = await Promise.allSettled([
      a.remove("/tree", { ifRevision: revision }),
      b.put("/tree", "2", { ifRevision: revision }),
    ])
    expect([removed.status, written.status].toSorted()).toEqual(["fulfilled", "rejected"])
    expect(await a.children("/tree")).toHaveLength(removed.status === "fulfilled" ? 0 : 20)
  }
})

test("a tree of more names than one request holds is removed", async () => {
  await using server = await startZookeeper()
  await using a = await zookeeper({ servers: server.connectString }).connect()
  const names = Array.from({ length: 1500 }, (_, n) => `${n}`.padEnd(1000, "-"))
  await Promise.all(names.map((name) => a.put(`/tree/${name}`, "")))
  const tree = await a.get("/tree")
  await a.remove("/tree", tree === undefined ? {} : { ifRevision: tree.revision })
  expect(await a.get("/tree")).toBeUndefined()
})

/** Makes a node that only somebody with these credentials may use. */
async function protect({ host, port }: ZookeeperServer, path: string, digest: string): Promise<void> {
  const { connection } = await Connection.open(
    {
      address: { name: host, host, port },
      tls: undefined,
      timeout: 5000,
      identity: undefined,
      lastZxid: 0n,
      digest,
      told: { disconnected: () => undefined, changed: () => undefined },
    },
    new AbortController().signal,
  )
  await connection.ask(create(path, Buffer.alloc(0), false))
  // SetACLRequest { ustring path; vector<ACL> acl; int version; }
  const { code } = await connection.ask({
    op: 7,
    write: (writer) => writer.ustring(path).int(1).int(31).ustring("auth").ustring("").int(-1),
    read: () => undefined,
  })
  expect(code).toBe(0)
  await connection.end(5000)
}
