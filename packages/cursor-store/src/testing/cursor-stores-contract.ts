import assert from "node:assert/strict"
import { clientNode, cursorNode, filterNode, type Coordinator } from "@canal/coordination"
import { coordinatedCursors } from "../coordinated.ts"
import { CursorStoreError, type CursorStore } from "../cursor-store.ts"
import { cursorAt, cursorStoreContract, type DeclareTest } from "./cursor-store-contract.ts"

/** A fresh, empty backend for one test, which any number of sessions can join. */
export interface ContractBackend extends AsyncDisposable {
  connect(): Promise<Coordinator>
}

const DESTINATION = "shop"

/** A server with a session of its own. */
function server(destination = DESTINATION) {
  return coordinatedCursors({ destination, flushPeriod: 60_000 })
}

/**
 * What cursors in a coordination backend must do, declared as tests: all that a cursor store must, and that of several
 * servers the one that opened them last writes them alone. Each runs in a backend of its own from `open`.
 */
export function cursorStoresContract(test: DeclareTest, open: () => Promise<ContractBackend>): void {
  cursorStoreContract(test, async () => {
    await using cleanup = new AsyncDisposableStack()
    const backend = cleanup.use(await open())
    const sessions = cleanup.use(new AsyncDisposableStack())
    const cursors = server()
    const close = cleanup.move()
    return {
      open: async () => cursors.open(sessions.use(await backend.connect())),
      survives: true,
      [Symbol.asyncDispose]: () => close.disposeAsync(),
    }
  })

  const declare = (name: string, body: (a: Coordinator, b: Coordinator) => Promise<void>) =>
    test(name, async () => {
      await using backend = await open()
      await using a = await backend.connect()
      await using b = await backend.connect()
      await body(a, b)
    })

  declare("the next server goes on where the one before it was", async (a, b) => {
    {
      await using first = await server().open(a)
      await first.subscribe({ clientId: 1001, filter: "shop\\..*" })
      await first.subscribe({ clientId: 7, filter: "" })
      first.move(1001, cursorAt(10))
    }
    await using second = await server().open(b)
    assert.deepEqual(await second.subscriptions(), [
      { clientId: 7, filter: "" },
      { clientId: 1001, filter: "shop\\..*" },
    ])
    assert.deepEqual(await second.cursor(1001), cursorAt(10))
    assert.equal(await second.cursor(7), undefined)
    second.move(1001, cursorAt(20))
    second.move(7, cursorAt(5))
    await second.flush()
    await using third = await server().open(a)
    assert.deepEqual(await third.cursor(1001), cursorAt(20))
    assert.deepEqual(await third.cursor(7), cursorAt(5))
  })

  const lateWrites: Readonly<Record<string, (late: CursorStore) => Promise<void>>> = {
    "a moved cursor": async (late) => {
      late.move(1001, cursorAt(30))
      await late.flush()
    },
    "a first cursor": async (late) => {
      late.move(7, cursorAt(30))
      await late.flush()
    },
    "the same subscription": (late) => late.subscribe({ clientId: 1001, filter: "shop\\..*" }),
    "another filter": (late) => late.subscribe({ clientId: 1001, filter: "other\\..*" }),
    "a first filter": (late) => late.subscribe({ clientId: 7, filter: "other\\..*" }),
    "a new client": (late) => late.subscribe({ clientId: 1002, filter: "" }),
    "the end of a subscription": (late) => late.unsubscribe(1001),
    "the end of a subscription without cursor": (late) => late.unsubscribe(7),
  }
  for (const [what, write] of Object.entries(lateWrites)) {
    declare(`once a server has opened the cursors, the one before it is refused: ${what}`, async (a, b) => {
      await using late = await server().open(a)
      await late.subscribe({ clientId: 1001, filter: "shop\\..*" })
      await late.subscribe({ clientId: 7, filter: "" })
      late.move(1001, cursorAt(10))
      await late.flush()
      await using owner = await server().open(b)
      const before = await nodesOf(b)
      await refused(write(late))
      assert.deepEqual(await nodesOf(b), before)
      // Told once and for all, whatever comes.
      late.move(1001, cursorAt(40))
      await refused(late.flush())
      await refused(late.subscribe({ clientId: 1001, filter: "" }))
      owner.move(1001, cursorAt(20))
      owner.move(7, cursorAt(20))
      await owner.flush()
      await owner.unsubscribe(7)
      assert.deepEqual(await nodesOf(a), [["1001", "shop\\..*", 20]])
    })
  }

  declare("of two servers that open the cursors at once, one can write", async (a, b) => {
    {
      await using first = await server().open(a)
      for (let clientId = 1; clientId <= 5; clientId += 1) await first.subscribe({ clientId, filter: "" })
    }
    for (let round = 1; round <= 5; round += 1) {
      const opened = await Promise.allSettled([server().open(a), server().open(b)])
      const wrote = await Promise.allSettled(
        opened.map(async (result, index) => {
          if (result.status === "rejected") throw result.reason
          await using store = result.value
          store.move(3, cursorAt(round * 100 + index))
          await store.flush()
        }),
      )
      const last = wrote.findIndex(({ status }) => status === "fulfilled")
      assert.deepEqual(wrote.map(({ status }) => status).sort(), ["fulfilled", "rejected"])
      for (const result of wrote) if (result.status === "rejected") assertFenced(result.reason)
      await using next = await server().open(a)
      assert.equal((await next.cursor(3))?.offset, round * 100 + last)
    }
  })

  declare("a session that is over writes no more", async (a, b) => {
    const store = await server().open(a)
    await store.subscribe({ clientId: 1001, filter: "" })
    await a[Symbol.asyncDispose]()
    store.move(1001, cursorAt(10))
    await refused(store.flush())
    await store[Symbol.asyncDispose]()
    await using next = await server().open(b)
    assert.equal(await next.cursor(1001), undefined)
  })

  declare("destinations do not know each other's clients", async (a, b) => {
    await using shop = await server("shop").open(a)
    await using other = await server("shopping").open(b)
    await shop.subscribe({ clientId: 1001, filter: "" })
    await other.subscribe({ clientId: 1001, filter: "" })
    shop.move(1001, cursorAt(1))
    other.move(1001, cursorAt(2))
    await shop.flush()
    await other.flush()
    await using shopAgain = await server("shop").open(b)
    assert.deepEqual(await shopAgain.cursor(1001), cursorAt(1))
  })

  declare("after a loss of all data what was held is written back, where nothing is", async (a, b) => {
    const cursors = server()
    assert.equal(await cursors.restore(a), 0)
    {
      await using store = await cursors.open(a)
      await store.subscribe({ clientId: 1001, filter: "shop\\..*" })
      await store.subscribe({ clientId: 1002, filter: "" })
      await store.subscribe({ clientId: 1003, filter: "" })
      store.move(1001, cursorAt(10))
      store.move(1003, cursorAt(10))
    }
    assert.equal(await cursors.restore(b), 0)
    for (const clientId of [1001, 1002, 1003]) await b.remove(clientNode(DESTINATION, clientId))
    {
      await using elsewhere = await server().open(b)
      await elsewhere.subscribe({ clientId: 1003, filter: "new\\..*" })
      elsewhere.move(1003, cursorAt(99))
    }
    assert.equal(await cursors.restore(b), 2)
    assert.equal(await cursors.restore(b), 0)
    assert.deepEqual(await nodesOf(b), [
      ["1001", "shop\\..*", 10],
      ["1002", undefined, undefined],
      ["1003", "new\\..*", 99],
    ])
  })
}

/** Name, filter and cursor's offset of each client below the destination. */
async function nodesOf(coordinator: Coordinator): Promise<readonly unknown[]> {
  const names = await coordinator.children(`/otter/canal/destinations/${DESTINATION}`)
  return Promise.all(
    names.map(async (name) => {
      const filter = await coordinator.get(filterNode(DESTINATION, Number(name)))
      const cursor = await coordinator.get(cursorNode(DESTINATION, Number(name)))
      const offset = /"position":(\d+)/.exec(cursor?.data ?? "")?.[1]
      return [name, filter?.data, offset === undefined ? undefined : Number(offset)]
    }),
  )
}

async function refused(promise: Promise<unknown>): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assertFenced(error)
}

function assertFenced(error: unknown): void {
  assert.ok(error instanceof CursorStoreError, `expected FENCED, got ${String(error)}`)
  assert.equal(error.code, "FENCED")
}
