import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { setImmediate as turn } from "node:timers/promises"
import { CoordinationError, cursorNode, filterNode, type Coordinator } from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { expect, onTestFinished, test } from "vitest"
import { coordinatedCursors } from "./coordinated.ts"
import { CursorStoreError } from "./cursor-store.ts"
import { cursorAt } from "./testing/cursor-store-contract.ts"
import { cursorStoresContract } from "./testing/cursor-stores-contract.ts"
import { intercepted } from "./testing/intercepted-coordinator.ts"
import { recordedNodes } from "./testing/recorded-nodes.ts"

cursorStoresContract(test, async () => {
  const space = createMemorySpace()
  return { connect: () => space.connect(), [Symbol.asyncDispose]: async () => undefined }
})

const SHOP = "/otter/canal/destinations/shop"
const cursors = (flushPeriod = 60_000) => coordinatedCursors({ destination: "shop", flushPeriod })

/** What nodes there are at and below a path, with their content. */
async function tree(coordinator: Coordinator, path = SHOP): Promise<Record<string, string>> {
  const node = await coordinator.get(path)
  const found: Record<string, string> = node === undefined ? {} : { [path]: node.data }
  for (const name of await coordinator.children(path))
    Object.assign(found, await tree(coordinator, `${path}/${name}`))
  return found
}

/** Everything that is published on `canal:cursor-store` in this test. */
function notices(): unknown[] {
  const told: unknown[] = []
  const listen = (message: unknown) => told.push(message)
  subscribe("canal:cursor-store", listen)
  onTestFinished(() => void unsubscribe("canal:cursor-store", listen))
  return told
}

async function recordedSpace(name: string) {
  const space = createMemorySpace()
  const java = await space.connect()
  for (const [path, data] of recordedNodes(name)) await java.put(path, data)
  return { space, java }
}

test("the nodes are those of Canal", async () => {
  const recorded = recordedNodes("3-two-clients-after-acks").get(`${SHOP}/1001/cursor`)
  const { java } = await recordedSpace("3-two-clients-after-acks")
  const cursor = await (await cursors().open(java)).cursor(1001)

  const coordinator = await createMemorySpace().connect()
  await using store = await cursors().open(coordinator)
  await store.subscribe({ clientId: 1001, filter: "shop\\..*" })
  if (cursor !== undefined) store.move(1001, cursor)
  await store.flush()
  expect(await tree(coordinator)).toEqual({
    [SHOP]: "",
    [`${SHOP}/1001`]: "",
    [`${SHOP}/1001/cursor`]: recorded,
    [`${SHOP}/1001/filter`]: "shop\\..*",
  })
  await store.subscribe({ clientId: 1001, filter: " " })
  expect(await coordinator.get(filterNode("shop", 1001))).toBeUndefined()
  await store.unsubscribe(1001)
  expect(await tree(coordinator)).toEqual({ [SHOP]: "" })
})

test.each(["3-two-clients-after-acks", "4-after-failover"])(
  "what Java left is taken over as it is: %s",
  async (name) => {
    const { space, java } = await recordedSpace(name)
    await java.put(`${SHOP}/1002/running`, `{"active":true,"address":"10.0.0.1","clientId":1002}`)
    await java.put(`${SHOP}/1003/filter`, "shop\\..*")
    await java.put(
      `${SHOP}/1003/cursor`,
      `{"@type":"com.alibaba.otter.canal.protocol.position.LogPosition","identity":{"slaveId":-1,"sourceAddress":` +
        `{"address":null,"port":3306}},"postion":{"included":false,"journalName":"b.1","position":4,"extra":1}}`,
    )
    const before = await tree(java)
    await using store = await cursors().open(await space.connect())
    expect(await store.subscriptions()).toEqual([
      { clientId: 1001, filter: "" },
      { clientId: 1002, filter: "" },
      { clientId: 1003, filter: "shop\\..*" },
    ])
    expect(await store.cursor(1001)).toMatchObject({
      file: "binlog.000037",
      offset: 6241,
      source: { host: "localhost", port: 33_971 },
    })
    expect(await store.cursor(1002)).toBeUndefined()
    expect(await store.cursor(1003)).toMatchObject({ file: "b.1", gtid: "", source: { host: undefined } })
    // Java reads an empty cursor as none.
    expect(await tree(java)).toEqual({ ...before, [`${SHOP}/1002/cursor`]: "" })
  },
)

test("children that are no client are left alone", async () => {
  const coordinator = await createMemorySpace().connect()
  const names = ["cluster", "running", "007", "1e3", "32768", "-0", "1.5", "65536"]
  for (const name of names) await coordinator.put(`${SHOP}/${name}`, "x")
  for (const name of ["0", "32767", "-32768"]) await coordinator.put(`${SHOP}/${name}`, "")
  await using store = await cursors().open(coordinator)
  expect((await store.subscriptions()).map(({ clientId }) => clientId)).toEqual([-32_768, 0, 32_767])
  for (const name of names) expect(await coordinator.children(`${SHOP}/${name}`)).toEqual([])
})

test("a cursor that cannot be read is named, and nothing is changed", async () => {
  const coordinator = await createMemorySpace().connect()
  await coordinator.put(cursorNode("shop", 1), "")
  await coordinator.put(cursorNode("shop", 1001), "{}")
  await coordinator.put(`${SHOP}/2/filter`, "x")
  const before = await tree(coordinator)
  const revision = (await coordinator.get(`${SHOP}/1`))?.revision
  await expect(cursors().open(coordinator)).rejects.toSatisfy(
    (error) =>
      error instanceof CursorStoreError &&
      error.code === "UNREADABLE" &&
      error.message.startsWith(`${SHOP}/1001/cursor holds no cursor (journalName is missing`),
  )
  expect(await tree(coordinator)).toEqual(before)
  expect((await coordinator.get(`${SHOP}/1`))?.revision).toBe(revision)
})

test("a client whose node its consumer has made subscribes and unsubscribes as any other", async () => {
  const coordinator = await createMemorySpace().connect()
  await using store = await cursors().open(coordinator)
  await coordinator.put(`${SHOP}/1001/running`, "x", { ephemeral: true })
  await store.subscribe({ clientId: 1001, filter: "" })
  store.move(1001, cursorAt(4))
  await store.flush()
  await coordinator.put(`${SHOP}/1002/running`, "x", { ephemeral: true })
  await store.unsubscribe(1002)
  await store.unsubscribe(1003)
  expect(Object.keys(await tree(coordinator))).toEqual([
    SHOP,
    `${SHOP}/1001`,
    `${SHOP}/1001/cursor`,
    `${SHOP}/1001/running`,
  ])
})

test("a moved cursor is written after the flush period, and one that has not moved is not", async () => {
  const inner = await createMemorySpace().connect()
  const written: string[] = []
  const coordinator = intercepted(inner, async (request, path, act) => {
    if (request === "write") written.push(path)
    return act()
  })
  await using store = await cursors(2).open(coordinator)
  await store.subscribe({ clientId: 1, filter: "" })
  await store.subscribe({ clientId: 2, filter: "" })
  written.length = 0
  store.move(1, cursorAt(5))
  store.move(1, cursorAt(6))
  await expect.poll(() => written).toEqual([cursorNode("shop", 1)])
  store.move(1, cursorAt(6))
  store.move(2, cursorAt(7))
  await store.flush()
  await store.flush()
  expect(written).toEqual([cursorNode("shop", 1), cursorNode("shop", 2)])
})

test("several cursors are written side by side", async () => {
  const inner = await createMemorySpace().connect()
  let running = 0
  let most = 0
  const coordinator = intercepted(inner, async (_request, _path, act) => {
    most = Math.max(most, (running += 1))
    await turn()
    running -= 1
    return act()
  })
  await using store = await cursors().open(coordinator)
  for (let clientId = 1; clientId <= 20; clientId += 1) await store.subscribe({ clientId, filter: "" })
  most = 0
  for (let clientId = 1; clientId <= 20; clientId += 1) store.move(clientId, cursorAt(clientId))
  await store.flush()
  expect(most).toBe(20)
})

test("a backend that does not answer is told of once, and tried again until it does", async () => {
  const told = notices()
  const inner = await createMemorySpace().connect()
  let refusals = 0
  let isAway = false
  const coordinator = intercepted(inner, async (_request, _path, act) => {
    if (!isAway) return act()
    refusals += 1
    throw new CoordinationError("UNAVAILABLE", "nobody answers")
  })
  await using store = await cursors(2).open(coordinator)
  await store.subscribe({ clientId: 1, filter: "" })
  isAway = true
  await expect(store.subscribe({ clientId: 2, filter: "" })).rejects.toMatchObject({ code: "NOT_WRITTEN" })
  await expect(cursors().open(coordinator)).rejects.toMatchObject({ code: "NOT_WRITTEN", retryable: true })
  store.move(1, cursorAt(5))
  await expect(store.flush()).rejects.toMatchObject({ code: "NOT_WRITTEN", retryable: true })
  const before = refusals
  await expect.poll(() => refusals).toBeGreaterThan(before + 3)
  isAway = false
  await expect.poll(async () => (await inner.get(cursorNode("shop", 1)))?.data).toContain(`"position":5`)
  expect(told).toMatchObject([{ level: "error", error: { code: "NOT_WRITTEN" } }])
})

test("what the backend refuses is not tried again by who opens", async () => {
  const coordinator = intercepted(await createMemorySpace().connect(), async (request, path, act) => {
    if (request === "write") throw new CoordinationError("REFUSED", `no right to write ${path}`)
    return act()
  })
  await expect(cursors().open(coordinator)).rejects.toMatchObject({
    code: "UNUSABLE",
    retryable: false,
    message: `the cursors below ${SHOP} were not opened: no right to write ${SHOP}`,
  })
})

test("being deposed is told of once, and nothing is tried again", async () => {
  const told = notices()
  const space = createMemorySpace()
  let writes = 0
  const late = intercepted(await space.connect(), async (request, _path, act) => {
    if (request === "write") writes += 1
    return act()
  })
  await using store = await cursors(1).open(late)
  await store.subscribe({ clientId: 1, filter: "" })
  await using _owner = await cursors().open(await space.connect())
  store.move(1, cursorAt(5))
  await expect.poll(() => told.length).toBe(1)
  const before = writes
  store.move(1, cursorAt(6))
  await expect(store.flush()).rejects.toMatchObject({ code: "FENCED", retryable: false })
  await expect(store.unsubscribe(1)).rejects.toMatchObject({ code: "FENCED" })
  expect(writes).toBe(before)
  expect(told).toMatchObject([{ error: { code: "FENCED" } }])
})

test("of two that open, the one that began first is refused, however late it is", async () => {
  const space = createMemorySpace()
  const [a, b] = [await space.connect(), await space.connect()]
  await a.put(cursorNode("shop", 1), "")
  const isHeld = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const slow = intercepted(a, async (_request, path, act) => {
    if (path === `${SHOP}/1`) {
      isHeld.resolve()
      await goOn.promise
    }
    return act()
  })
  const opening = cursors().open(slow)
  await isHeld.promise
  await using owner = await cursors().open(b)
  goOn.resolve()
  await expect(opening).rejects.toMatchObject({ code: "FENCED" })
  owner.move(1, cursorAt(4))
  await owner.flush()
  expect((await b.get(cursorNode("shop", 1)))?.data).toContain(`"position":4`)
})

test("a write without an answer that was carried out after all does not count as somebody else's", async () => {
  const inner = await createMemorySpace().connect()
  let isSilent = false
  const coordinator = intercepted(inner, async (request, _path, act) => {
    const result = await act()
    if (isSilent && request === "write") throw new CoordinationError("UNAVAILABLE", "nobody answers")
    return result
  })
  await using store = await cursors().open(coordinator)
  await store.subscribe({ clientId: 1, filter: "" })
  isSilent = true
  store.move(1, cursorAt(5))
  await expect(store.flush()).rejects.toMatchObject({ code: "NOT_WRITTEN" })
  await expect(store.subscribe({ clientId: 1, filter: "x" })).rejects.toMatchObject({ code: "NOT_WRITTEN" })
  isSilent = false
  store.move(1, cursorAt(6))
  await store.flush()
  await store.subscribe({ clientId: 1, filter: "x" })
  isSilent = true
  await expect(store.unsubscribe(1)).rejects.toMatchObject({ code: "NOT_WRITTEN" })
  isSilent = false
  await store.unsubscribe(1)
  await store.subscribe({ clientId: 1, filter: "" })
  expect(await store.cursor(1)).toBeUndefined()
})
