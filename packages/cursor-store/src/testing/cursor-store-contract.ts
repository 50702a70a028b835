import assert from "node:assert/strict"
import type { Cursor } from "../cursor.ts"
import type { CursorStore } from "../cursor-store.ts"

/** A fresh place for one test. Each `open` sees what the stores before it made durable. */
export interface ContractPlace extends AsyncDisposable {
  open(): Promise<CursorStore>
  /** Whether what is durable outlives a store that was opened here. */
  readonly survives: boolean
}

/** Declares a test, as `test` of vitest or of node:test does. */
export type DeclareTest = (name: string, body: () => Promise<void>) => void

/** A cursor for tests, at the given offset. */
export function cursorAt(offset: number, changes: Partial<Cursor> = {}): Cursor {
  return {
    file: "mysql-bin.000002",
    offset,
    included: false,
    timestamp: 1_700_000_000_000,
    serverId: 1,
    gtid: "",
    source: { host: "localhost", port: 3306 },
    ...changes,
  }
}

/** What every cursor store must do, declared as tests. Each runs in a place of its own from `place`. */
export function cursorStoreContract(test: DeclareTest, place: () => Promise<ContractPlace>): void {
  const declare = (name: string, body: (at: ContractPlace) => Promise<void>) =>
    test(name, async () => {
      await using at = await place()
      await body(at)
    })

  declare("a new store knows no client", async (at) => {
    await using store = await at.open()
    assert.deepEqual(await store.subscriptions(), [])
    assert.equal(await store.cursor(1001), undefined)
  })

  declare("subscriptions are in order of clientId, and a second one replaces the filter only", async (at) => {
    await using store = await at.open()
    await store.subscribe({ clientId: 1002, filter: "" })
    await store.subscribe({ clientId: 7, filter: "a\\..*" })
    store.move(7, cursorAt(4))
    await store.subscribe({ clientId: 7, filter: "b\\..*" })
    assert.deepEqual(await store.subscriptions(), [
      { clientId: 7, filter: "b\\..*" },
      { clientId: 1002, filter: "" },
    ])
    assert.deepEqual(await store.cursor(7), cursorAt(4))
    assert.equal(await store.cursor(1002), undefined)
  })

  declare("the last move counts, and a client that is not subscribed has no cursor", async (at) => {
    await using store = await at.open()
    await store.subscribe({ clientId: 1001, filter: "" })
    store.move(1001, cursorAt(1))
    store.move(1001, cursorAt(2))
    store.move(1002, cursorAt(3))
    await store.flush()
    assert.deepEqual(await store.cursor(1001), cursorAt(2))
    assert.equal(await store.cursor(1002), undefined)
  })

  declare("a client that unsubscribes is forgotten with its cursor", async (at) => {
    await using store = await at.open()
    await store.subscribe({ clientId: 1001, filter: "" })
    store.move(1001, cursorAt(1))
    await store.unsubscribe(1001)
    await store.subscribe({ clientId: 1001, filter: "" })
    assert.equal(await store.cursor(1001), undefined)
  })

  declare("what was flushed or closed is there when the store is opened again", async (at) => {
    if (!at.survives) return
    const moved = cursorAt(10, {
      included: true,
      complete: true,
      gtid: "33f5c404-e696-11f1-8605-02fc00000001:1-12",
    })
    {
      await using first = await at.open()
      await first.subscribe({ clientId: 1001, filter: "a\\..*" })
      first.move(1001, moved)
    }
    {
      await using second = await at.open()
      assert.deepEqual(await second.subscriptions(), [{ clientId: 1001, filter: "a\\..*" }])
      assert.deepEqual(await second.cursor(1001), moved)
      await second.unsubscribe(1001)
    }
    await using third = await at.open()
    assert.deepEqual(await third.subscriptions(), [])
  })
}
