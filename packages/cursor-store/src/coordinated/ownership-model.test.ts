import { setImmediate as laterOn } from "node:timers/promises"
import { CoordinationError, cursorNode, type Coordinator } from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { expect, test } from "vitest"
import { coordinatedCursors } from "../coordinated.ts"
import { CursorStoreError, type CursorStore } from "../cursor-store.ts"
import { parseCursor } from "../cursor-json.ts"
import { cursorAt } from "../testing/cursor-store-contract.ts"
import { intercepted } from "../testing/intercepted-coordinator.ts"

const CLIENTS = [1, 2, 3]
const DESTINATION = "shop"

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Answers late, and where `fails` says so not at all: what was asked for is then done or not. */
function unreliable(inner: Coordinator, random: () => number, fails: () => number): Coordinator {
  const pass = async () => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) await laterOn()
  }
  return intercepted(inner, async (_request, _path, act) => {
    await pass()
    const fate = random()
    if (fate < fails() / 2) throw new CoordinationError("UNAVAILABLE", "not done")
    const result = await act()
    await pass()
    if (fate < fails()) throw new CoordinationError("UNAVAILABLE", "done, but not answered")
    return result
  })
}

async function untilAnswered<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof CursorStoreError) || !error.retryable) throw error
    }
  }
}

/** @throws what is no refusal */
function refusal(error: unknown): undefined {
  if (!(error instanceof CursorStoreError)) throw error
}

test.each(Array.from({ length: 8 }, (_, seed) => seed))(
  "owner after owner over a backend that answers late or not at all, seed %i",
  async (seed) => {
    const random = randomFrom(seed)
    const space = createMemorySpace()
    const looking = await space.connect()
    let failing = 0.3
    const open = async () =>
      coordinatedCursors({ destination: DESTINATION, flushPeriod: 60_000 }).open(
        unreliable(await space.connect(), random, () => failing),
      )
    const stored = async (clientId: number) => {
      const node = await looking.get(cursorNode(DESTINATION, clientId))
      return node === undefined || node.data === "" ? 0 : parseCursor(node.data).offset
    }
    let offset = 0
    /** Moves cursors further and further until it is told to stop, and tells how far each had to get. */
    const work = async (store: CursorStore, goesOn: () => boolean) => {
      while (goesOn()) {
        const moved = new Map<number, number>()
        for (const clientId of CLIENTS) {
          if (random() < 0.3) continue
          offset += 1
          store.move(clientId, cursorAt(offset))
          moved.set(clientId, offset)
        }
        if (random() < 0.2) await store.subscribe({ clientId: 2, filter: random() < 0.5 ? "" : "a\\..*" })
        await store.flush()
        for (const [clientId, least] of moved) expect(await stored(clientId)).toBeGreaterThanOrEqual(least)
      }
    }
    /** Whether it can write all that an owner writes. */
    const owns = async (store: CursorStore) => {
      try {
        await untilAnswered(() => store.subscribe({ clientId: 2, filter: "" }))
        for (const clientId of CLIENTS) store.move(clientId, cursorAt((offset += 1)))
        await untilAnswered(() => store.flush())
        return true
      } catch (error) {
        return refusal(error) ?? false
      }
    }

    let owner = await untilAnswered(open)
    for (const clientId of CLIENTS) await untilAnswered(() => owner.subscribe({ clientId, filter: "" }))
    for (let round = 0; round < 5; round += 1) {
      let isTaken = false
      const before = owner
      const working = untilAnswered(() => work(before, () => !isTaken)).catch(refusal)
      const rivals = [untilAnswered(open).catch(refusal), untilAnswered(open).catch(refusal)]
      for (let turns = Math.floor(random() * 30); turns > 0; turns -= 1) await laterOn()
      isTaken = true
      await working
      const opened = (await Promise.all(rivals)).filter((store) => store !== undefined)
      const owners: CursorStore[] = []
      for (const store of opened) if (await owns(store)) owners.push(store)
      expect(owners).toHaveLength(1)
      owner = owners[0] ?? owner

      // From here on nobody else counts: late moves, subscriptions and farewells are refused.
      const seen = await Promise.all(CLIENTS.map(stored))
      expect(await Promise.all(CLIENTS.map(async (id) => (await owner.cursor(id))?.offset ?? 0))).toEqual(
        seen,
      )
      for (const old of [before, ...opened.filter((store) => store !== owner)]) {
        for (const clientId of CLIENTS) old.move(clientId, cursorAt(1_000_000))
        const late = [old.flush(), old.subscribe({ clientId: 9, filter: "" }), old.unsubscribe(1)]
        for (const result of await Promise.allSettled(late)) expect(result.status).toBe("rejected")
      }
      expect(await Promise.all(CLIENTS.map(stored))).toEqual(seen)

      // The owner is never taken for a deposed one, whatever answer is missing.
      let rounds = 3
      await untilAnswered(() => work(owner, () => rounds-- > 0))
      expect((await owner.subscriptions()).map(({ clientId }) => clientId)).toEqual(CLIENTS)
    }
    failing = 0
    await owner.flush()
    for (const clientId of CLIENTS)
      expect(await stored(clientId)).toBe((await owner.cursor(clientId))?.offset ?? 0)
  },
)
