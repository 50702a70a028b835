import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type EtcdServer, freePort, startEtcd, startProxy } from "@canal/testbed"
import { Etcd3 } from "etcd3"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { CoordinationError, type Coordinator, type Node } from "../../coordinator.ts"
import type { CoordinationNotice } from "../../notices.ts"
import { etcd } from "./etcd.ts"
import type { EtcdOptions } from "./etcd-options.ts"

const SESSION = { sessionTimeout: 2000 }

let server: EtcdServer

beforeAll(async () => {
  server = await startEtcd()
})

afterAll(() => server[Symbol.asyncDispose]())

async function connect(options: EtcdOptions): Promise<Coordinator> {
  const coordinator = await etcd({ ...SESSION, ...options }).connect()
  onTestFinished(() => coordinator[Symbol.asyncDispose]())
  return coordinator
}

/** Reads a watch until the signal is aborted. */
function follow(coordinator: Coordinator, path: string): { readonly states: (Node | undefined)[] } {
  const ended = new AbortController()
  const states: (Node | undefined)[] = []
  const reading = (async () => {
    for await (const node of coordinator.watch(path, { signal: ended.signal })) states.push(node)
  })()
  onTestFinished(() => {
    ended.abort()
    return reading
  })
  return { states }
}

test("its keys are the paths below the prefix, as etcdctl shows them", async () => {
  const coordinator = await connect({ endpoints: server.endpoint, prefix: "/shop" })
  await coordinator.put("/otter/canal", "x")
  await using client = closing(new Etcd3({ hosts: server.endpoint }))
  expect(await client.etcd.get("/shop/otter/canal").string()).toBe("x")
  expect(await client.etcd.get("/shop/otter").string()).toBe("")
  expect(await coordinator.children("/")).toEqual(["otter"])
  expect(coordinator.session.timeout).toBe(2000)
  await expect(coordinator.get("/.canal/epoch")).rejects.toMatchObject({ code: "REFUSED" })
  await expect(coordinator.put("/a//b", "")).rejects.toMatchObject({ code: "REFUSED" })
})

test("etcd is waited for, with a notice, and goes on when it is there", async () => {
  await using away = await startEtcd()
  await away.stop()
  const notices: CoordinationNotice[] = []
  const told = (notice: unknown) => {
    if (isNotice(notice)) notices.push(notice)
  }
  subscribe("canal:coordination", told)
  onTestFinished(() => void unsubscribe("canal:coordination", told))
  const connecting = connect({ endpoints: away.endpoint })
  await expect.poll(() => notices).toHaveLength(1)
  await away.restart()
  const coordinator = await connecting
  await coordinator.put("/a", "1")
  expect(notices.map(({ level }) => level)).toEqual(["warning", "info"])
  await coordinator[Symbol.asyncDispose]()
})

test("waiting ends with its signal, at once", async () => {
  const port = await freePort()
  const reason = new Error("enough")
  const stopped = new AbortController()
  const connecting = etcd({ endpoints: `127.0.0.1:${port}` }).connect({ signal: stopped.signal })
  stopped.abort(reason)
  await expect(connecting).rejects.toMatchObject({ message: /enough|aborted/ })
})

test("after its data was lost the session is over, and nothing of before counts", async () => {
  await using wiped = await startEtcd()
  const before = await connect({ endpoints: wiped.endpoint })
  const node = await before.put("/cursor", "old")
  const watch = before.watch("/cursor", { signal: new AbortController().signal })
  await watch[Symbol.asyncIterator]().next()
  await wiped.wipe()
  await expect(
    (async () => {
      for await (const state of watch) expect(state).toBeDefined()
    })(),
  ).rejects.toMatchObject({ code: "SESSION_LOST" })
  expect(before.session.state).toBe("lost")
  await expect(before.put("/cursor", "stale")).rejects.toMatchObject({ code: "SESSION_LOST" })
  const after = await connect({ endpoints: wiped.endpoint })
  expect(await after.children("/")).toEqual([])
  let again = await after.put("/cursor", "new")
  while (numberOf(again) < numberOf(node)) again = await after.put("/cursor", "new")
  expect(again.revision).not.toBe(node.revision)
  await expect(after.put("/cursor", "stale", { ifRevision: node.revision })).rejects.toMatchObject({
    code: "CONFLICT",
  })
})

test("a write that etcd gets after the session's end is refused by etcd itself", async () => {
  const coordinator = await connect({ endpoints: server.endpoint, prefix: "/fenced" })
  await using client = closing(new Etcd3({ hosts: server.endpoint }))
  const { kvs } = await client.etcd.getAll().prefix("/fenced/.canal/sessions/").exec()
  await client.etcd.leaseClient.leaseRevoke({ ID: kvs[0]?.lease ?? "" })
  expect(coordinator.session.state).toBe("connected")
  await expect(coordinator.put("/persistent", "late")).rejects.toMatchObject({ code: "SESSION_LOST" })
  expect(await client.etcd.get("/fenced/persistent").string()).toBeNull()
  expect(coordinator.session.state).toBe("lost")
})

test("what is too large for etcd is refused, and the session stays", async () => {
  const coordinator = await connect({ endpoints: server.endpoint, prefix: "/large" })
  const megabytes = (count: number) => coordinator.put("/node", "x".repeat(count * 1_000_000))
  for (const count of [1.8, 5]) await expect(megabytes(count)).rejects.toMatchObject({ code: "REFUSED" })
  await coordinator.put("/node", "x".repeat(1_400_000), { ifRevision: "absent" })
  expect(coordinator.session.state).toBe("connected")
})

test("a watch goes on after its history was compacted while the link was cut", async () => {
  const straight = await connect({ endpoints: server.endpoint, prefix: "/compacted" })
  await using proxy = await startProxy({ to: server })
  const endpoints = `${proxy.host}:${proxy.port}`
  const far = await connect({ endpoints, prefix: "/compacted", sessionTimeout: 20_000 })
  const { states } = follow(far, "/node")
  await expect.poll(() => states).toEqual([undefined])
  proxy.cut()
  await straight.put("/node", "1")
  await straight.put("/node", "2")
  await straight.remove("/node")
  await straight.put("/node", "3")
  await using client = closing(new Etcd3({ hosts: server.endpoint }))
  const { header } = await client.etcd.get("/compacted/node").exec()
  await client.etcd.kv.compact({ revision: header.revision })
  proxy.heal()
  await expect.poll(() => states.at(-1)?.data, { timeout: 20_000 }).toBe("3")
  expect(far.session.state).toBe("connected")
})

test("a half-open link: a call ends, and the session is lost by this process's own clock", async () => {
  await using proxy = await startProxy({ to: server })
  const far = await connect({ endpoints: `${proxy.host}:${proxy.port}`, prefix: "/half-open" })
  await far.put("/mine", "", { ephemeral: true })
  proxy.pause()
  const late: unknown = await far.put("/late", "").catch((error: unknown) => error)
  expect(late).toBeInstanceOf(CoordinationError)
  await expect.poll(() => far.session.state, { timeout: 20_000 }).toBe("lost")
  const straight = await connect({ endpoints: server.endpoint, prefix: "/half-open" })
  await expect.poll(() => straight.get("/mine"), { timeout: 20_000 }).toBeUndefined()
})

test("a session that is idle costs etcd its beats and nothing else", async () => {
  await using quiet = await startEtcd()
  const coordinator = await connect({ endpoints: quiet.endpoint, sessionTimeout: 3000 })
  const { states } = follow(coordinator, "/a/node")
  await expect.poll(() => states).toEqual([undefined])
  const txns = 'grpc_server_started_total{grpc_method="Txn",grpc_service="etcdserverpb.KV",grpc_type="unary"}'
  const beats =
    'grpc_server_started_total{grpc_method="LeaseKeepAlive",grpc_service="etcdserverpb.Lease",grpc_type="bidi_stream"}'
  const before = await quiet.counter(txns)
  const beaten = await quiet.counter(beats)
  await expect.poll(() => quiet.counter(beats), { timeout: 20_000 }).toBe(beaten + 3)
  expect(await quiet.counter(txns)).toBe(before)
})

test("a session has one connection, and leaves nothing behind", async () => {
  await using quiet = await startEtcd()
  await using proxy = await startProxy({ to: quiet })
  const coordinator = await connect({ endpoints: `${proxy.host}:${proxy.port}` })
  const watchers = () => quiet.counter("etcd_debugging_mvcc_watcher_total")
  const ended = new AbortController()
  const watches = [1, 2].map(() => coordinator.watch("/a", { signal: ended.signal })[Symbol.asyncIterator]())
  for (const watch of watches) await watch.next()
  await expect.poll(watchers).toBe(2)
  expect(proxy.connections).toBe(1)
  await watches[0]?.return?.()
  await expect.poll(watchers).toBe(1)
  const last = watches[1]?.next()
  ended.abort()
  expect(await last).toMatchObject({ done: true })
  await expect.poll(watchers).toBe(0)
  await coordinator[Symbol.asyncDispose]()
  await expect.poll(() => proxy.connections).toBe(0)
})

function numberOf({ revision }: Node): number {
  return Number(/\d+$/.exec(revision)?.[0])
}

function closing(client: Etcd3): AsyncDisposable & { readonly etcd: Etcd3 } {
  return { etcd: client, [Symbol.asyncDispose]: async () => client.close() }
}

function isNotice(value: unknown): value is CoordinationNotice {
  return typeof value === "object" && value !== null && "message" in value
}
