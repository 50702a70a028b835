import assert from "node:assert/strict"
import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError, type Session, type SessionState } from "../coordinator.ts"
import { refused } from "./assert-refused.ts"
import type { ContractLink, ContractSpace } from "./contract-space.ts"
import type { Declare } from "./declaration.ts"
import { nextOf } from "./next-of.ts"

const POLL_MS = 20
const never = new AbortController().signal

/** What a driver must do while its backend cannot be reached, and when the process was stopped. */
export function declareFaultTests(declare: Declare): void {
  for (const fault of ["cut", "pause"] as const) {
    declare(
      `a session whose link is ${fault === "cut" ? "cut" : "half-open"} is suspended, then lost with all that it held`,
      async (space) => {
        const link = linkOf(space)
        await using a = await space.connect({ through: "link" })
        await using b = await space.connect()
        await a.put("/held", "a", { ephemeral: true })
        const vanishing = b.watch("/held", { signal: never })[Symbol.asyncIterator]()
        assert.equal((await nextOf(vanishing))?.data, "a")
        const watching = a.watch("/held", { signal: never })[Symbol.asyncIterator]()
        await watching.next()
        const told = statesOf(a.session)
        link[fault]()
        const ended = refused("SESSION_LOST", watching.next())
        assert.deepEqual(await told, ["connected", "suspended", "lost"])
        await ended
        assert.equal(a.session.state, "lost")
        await refused("SESSION_LOST", a.get("/held"))
        await refused("SESSION_LOST", a.children("/"))
        await refused("SESSION_LOST", a.put("/held", "again"))
        await refused("SESSION_LOST", a.remove("/held"))
        await refused("SESSION_LOST", a.watch("/held", { signal: never })[Symbol.asyncIterator]().next())
        assert.equal(await nextOf(vanishing), undefined)
        link.heal()
        await refused("SESSION_LOST", a.get("/held"))
      },
      "link",
    )
  }

  declare(
    "a link that is cut and healed in time leaves the session as it was, and a watch tells what changed",
    async (space) => {
      const link = linkOf(space)
      await using a = await space.connect({ through: "link" })
      await using b = await space.connect()
      await a.put("/held", "a", { ephemeral: true })
      await a.put("/seen", "1")
      const ended = new AbortController()
      const watching = a.watch("/seen", { signal: ended.signal })[Symbol.asyncIterator]()
      assert.equal((await nextOf(watching))?.data, "1")
      link.cut()
      await b.put("/seen", "2")
      link.heal()
      assert.equal((await nextOf(watching))?.data, "2")
      const held = await answered(() => a.get("/held"))
      assert.equal(held?.mine, true)
      await becomes(a.session, "connected")
      assert.equal((await b.get("/held"))?.data, "a")
      ended.abort()
      assert.equal((await watching.next()).done, true)
    },
    "link",
  )

  declare(
    "what is asked while nobody answers ends",
    async (space) => {
      const link = linkOf(space)
      await using a = await space.connect({ through: "link" })
      link.pause()
      const early = [a.put("/asked", "1"), a.get("/asked")].map(endOf)
      await disconnected(a.session)
      const late = [a.put("/asked", "2"), a.get("/asked")].map(endOf)
      for (const end of await Promise.all([...early, ...late])) {
        assert.ok(["answered", "UNAVAILABLE", "SESSION_LOST"].includes(end), end)
      }
      link.heal()
    },
    "link",
  )

  declare(
    "after the process was stopped for too long the first look says that the session is lost",
    async (space) => {
      await using a = await space.connect()
      await a.put("/held", "a", { ephemeral: true })
      assert.equal(a.session.state, "connected")
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, a.session.timeout + 1)
      assert.equal(a.session.state, "lost")
      assert.equal(a.session.lost.aborted, true)
      await refused("SESSION_LOST", a.put("/held", "b"))
      await using b = await space.connect()
      for await (const node of b.watch("/held", { signal: never })) if (node === undefined) break
    },
  )

  declare(
    "what was answered survives the end of the server that answered",
    async (space) => {
      assert.ok(space.failOver !== undefined, "the space has no failOver: except it with a reason")
      await using a = await space.connect()
      const written = await a.put("/kept", "1")
      await a.put("/removed", "x")
      await a.remove("/removed")
      await space.failOver()
      await using b = await space.connect()
      const kept = await answered(() => b.get("/kept"))
      assert.equal(kept?.data, "1")
      assert.equal(kept?.revision, written.revision)
      assert.equal(await answered(() => b.get("/removed")), undefined)
      await b.put("/kept", "2", { ifRevision: written.revision })
    },
    "failOver",
  )
}

function linkOf(space: ContractSpace): ContractLink {
  assert.ok(space.link !== undefined, "the space has no link: except it with a reason")
  return space.link
}

/** Each state until the last. */
async function statesOf(session: Session): Promise<readonly SessionState[]> {
  const states: SessionState[] = []
  for await (const state of session.states({ signal: never })) states.push(state)
  return states
}

async function becomes(session: Session, wanted: SessionState): Promise<void> {
  for await (const state of session.states({ signal: never })) if (state === wanted) return
  assert.fail(`the session is lost and was not ${wanted}`)
}

/** A slow reader of the states may find the session lost already. */
async function disconnected(session: Session): Promise<void> {
  for await (const state of session.states({ signal: never })) if (state !== "connected") return
}

/** Asks again as long as nobody answers. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof CoordinationError) || !error.retryable) throw error
      await sleep(POLL_MS)
    }
  }
}

async function endOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "answered",
    (error: unknown) => (error instanceof CoordinationError ? error.code : String(error)),
  )
}
