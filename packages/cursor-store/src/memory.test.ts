import { createMemorySpace } from "@canal/coordination/memory"
import { expect, test } from "vitest"
import { createMemoryCursorStore, memoryCursors } from "./memory.ts"
import { cursorAt, cursorStoreContract } from "./testing/cursor-store-contract.ts"

cursorStoreContract(test, async () => ({
  open: async () => createMemoryCursorStore(),
  survives: false,
  [Symbol.asyncDispose]: async () => undefined,
}))

test("one table is kept over many ownerships, and only the last owner writes it", async () => {
  const coordinator = await createMemorySpace().connect()
  const cursors = memoryCursors()
  const first = await cursors.open(coordinator)
  await first.subscribe({ clientId: 1001, filter: "a" })
  first.move(1001, cursorAt(4))
  const second = await cursors.open(coordinator)
  first.move(1001, cursorAt(5))
  await expect(first.flush()).rejects.toMatchObject({ code: "FENCED" })
  await expect(first.unsubscribe(1001)).rejects.toMatchObject({ code: "FENCED" })
  await expect(first.subscribe({ clientId: 1, filter: "" })).rejects.toMatchObject({ code: "FENCED" })
  expect(await second.subscriptions()).toEqual([{ clientId: 1001, filter: "a" }])
  expect(await second.cursor(1001)).toEqual(cursorAt(4))
  expect(await cursors.restore(coordinator)).toBe(0)
})
