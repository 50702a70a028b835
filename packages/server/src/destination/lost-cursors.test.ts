import {
  clientRunningNode,
  type Coordinator,
  cursorNode,
  destinationNode,
  serverRunningNode,
} from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { coordinatedCursors } from "@canal/cursor-store"
import { expect, onTestFinished, test } from "vitest"
import { mendLostCursors } from "./lost-cursors.ts"

const destination = "example"
const never = new AbortController().signal
const path = cursorNode(destination, 1001)

async function session(space = createMemorySpace()): Promise<Coordinator> {
  const coordinator = await space.connect()
  onTestFinished(() => coordinator[Symbol.asyncDispose]())
  return coordinator
}

/** Cursors of an owner, of which one is acknowledged and not written. */
async function heldCursors() {
  const cursors = coordinatedCursors({ destination, flushPeriod: 3_600_000 })
  const space = createMemorySpace()
  const coordinator = await session(space)
  const store = await cursors.open(coordinator)
  await store.subscribe({ clientId: 1001, filter: "" })
  store.move(1001, {
    file: "binlog.000001",
    offset: 4321,
    included: false,
    timestamp: 0,
    serverId: 1,
    gtid: "",
    source: { host: "db1", port: 3306 },
  })
  space.expire(coordinator)
  await store[Symbol.asyncDispose]()
  return cursors
}

test("the last owner writes back what was acknowledged last, also where a consumer was there before it", async () => {
  const cursors = await heldCursors()
  const emptied = await session()
  await emptied.put(clientRunningNode(destination, 1001), "{}", { ephemeral: true })
  await mendLostCursors(emptied, { destination, cursors, wasOwner: true, until: never })
  expect((await emptied.get(path))?.data).toContain('"position":4321')
})

test("what somebody has written since stays", async () => {
  const cursors = await heldCursors()
  const emptied = await session()
  await emptied.put(path, "another's")
  await mendLostCursors(emptied, { destination, cursors, wasOwner: true, until: never })
  expect((await emptied.get(path))?.data).toBe("another's")
})

test("clients that unsubscribed at the next owner do not come back", async () => {
  const cursors = await heldCursors()
  const later = await session()
  await later.put(serverRunningNode(destination), '{"active":true,"address":"b:1"}', { ephemeral: true })
  await mendLostCursors(later, { destination, cursors, wasOwner: true, until: never })
  expect(await later.get(path)).toBeUndefined()
})

test("who was not the last owner leaves it the time to, unless there is nothing to wait for", async () => {
  const cursors = coordinatedCursors({ destination })
  const coordinator = await session()
  await coordinator.put(clientRunningNode(destination, 1001), "{}", { ephemeral: true })
  const over = new AbortController()
  const options = { destination, cursors, wasOwner: false, until: over.signal }
  const waiting = mendLostCursors(coordinator, options)
  const soon = new Promise((resolve) => setTimeout(resolve, 20, "later"))
  expect(await Promise.race([waiting, soon])).toBe("later")
  over.abort()
  await waiting

  await coordinator.put(path, "a cursor")
  await mendLostCursors(coordinator, { ...options, until: never })
  expect(await coordinator.children(destinationNode(destination))).toEqual(["1001"])
})
