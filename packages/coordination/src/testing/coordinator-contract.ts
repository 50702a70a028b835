import assert from "node:assert/strict"
import type { Coordinator } from "../coordinator.ts"
import { assertCode, refused } from "./assert-refused.ts"
import type { ContractOptions, ContractSpace } from "./contract-space.ts"
import { type DeclareTest, declaration } from "./declaration.ts"
import { declareFaultTests } from "./fault-contract.ts"
import { nextOf } from "./next-of.ts"

/** What every driver must do, declared as tests. Each runs in a space of its own from `open`. */
export function coordinatorContract(
  test: DeclareTest,
  open: () => Promise<ContractSpace>,
  options: ContractOptions = {},
): void {
  const contract = declaration(test, open, options)
  const declare = (name: string, body: (a: Coordinator, b: Coordinator) => Promise<void>) =>
    contract.declare(name, async (space) => {
      await using a = await space.connect()
      await using b = await space.connect()
      await body(a, b)
    })

  declare("what one writes another reads, with its revision", async (a, b) => {
    const written = await a.put("/otter/canal/one", "data")
    assert.deepEqual(await b.get("/otter/canal/one"), written)
    assert.equal(written.data, "data")
  })

  declare("a node that does not exist is undefined and has no children", async (a) => {
    assert.equal(await a.get("/nothing"), undefined)
    assert.deepEqual(await a.children("/nothing"), [])
  })

  declare("missing nodes above are created, and children are sorted by name", async (a) => {
    await a.put("/otter/b/x", "1")
    await a.put("/otter/a", "2")
    await a.put("/otherwise", "3")
    assert.deepEqual(await a.children("/otter"), ["a", "b"])
    assert.equal((await a.get("/otter/b"))?.data, "")
  })

  declare("a write gives a new revision, and only its present one may replace it", async (a, b) => {
    const first = await a.put("/node", "1")
    const second = await b.put("/node", "2", { ifRevision: first.revision })
    assert.notEqual(second.revision, first.revision)
    await refused("CONFLICT", a.put("/node", "3", { ifRevision: first.revision }))
    assert.equal((await a.get("/node"))?.data, "2")
  })

  declare("of two that create a node one succeeds", async (a, b) => {
    const both = await Promise.allSettled([
      a.put("/running", "a", { ifRevision: "absent", ephemeral: true }),
      b.put("/running", "b", { ifRevision: "absent", ephemeral: true }),
    ])
    assert.deepEqual(both.map((each) => each.status).sort(), ["fulfilled", "rejected"])
    for (const each of both) if (each.status === "rejected") assertCode("CONFLICT", each.reason)
  })

  declare(
    "removing takes all below, and a missing node is fine unless a revision is asked for",
    async (a) => {
      const node = await a.put("/tree/leaf/deep", "x")
      await a.put("/treetop", "stays")
      await a.remove("/tree")
      assert.equal(await a.get("/tree/leaf/deep"), undefined)
      assert.equal((await a.get("/treetop"))?.data, "stays")
      await a.remove("/tree")
      await refused("CONFLICT", a.remove("/tree", { ifRevision: node.revision }))
    },
  )

  declare("removing at a revision that has passed removes nothing, below neither", async (a, b) => {
    const { revision } = await a.put("/tree", "1")
    await a.put("/tree/leaf/deep", "x")
    await b.put("/tree", "2")
    await refused("CONFLICT", a.remove("/tree", { ifRevision: revision }))
    assert.deepEqual(await b.children("/tree"), ["leaf"])
    assert.equal((await b.get("/tree/leaf/deep"))?.data, "x")
    const present = await b.get("/tree")
    assert.equal(present?.data, "2")
    await a.remove("/tree", { ifRevision: present.revision })
    assert.equal(await b.get("/tree/leaf/deep"), undefined)
  })

  declare("an ephemeral node ends with its session, a persistent one stays", async (a, b) => {
    await a.put("/destination/running", "a", { ephemeral: true })
    await a.put("/destination/filter", ".*")
    const ended = new AbortController()
    const seen = b.watch("/destination/running", { signal: ended.signal })[Symbol.asyncIterator]()
    await seen.next()
    await a[Symbol.asyncDispose]()
    assert.deepEqual(await seen.next(), { done: false, value: undefined })
    ended.abort()
    assert.equal((await seen.next()).done, true)
    assert.deepEqual(await b.children("/destination"), ["filter"])
  })

  declare(
    "a node tells whether it is this session's own, and keeps the kind it was created with",
    async (a, b) => {
      const first = await a.put("/shop/running", "1", { ifRevision: "absent", ephemeral: true })
      assert.equal(first.mine, true)
      assert.equal((await b.get("/shop/running"))?.mine, false)
      const second = await a.put("/shop/running", "2", { ifRevision: first.revision })
      assert.equal(second.mine, true)
      const third = await b.put("/shop/running", "3")
      assert.equal(third.mine, false)
      await a.put("/shop/filter", "x")
      assert.equal((await a.put("/shop/filter", "y", { ephemeral: true })).mine, false)
      await a[Symbol.asyncDispose]()
      assert.deepEqual(await b.children("/shop"), ["filter"])
    },
  )

  declare("a watch begins with the present state and always ends at the last one", async (a, b) => {
    const ended = new AbortController()
    await a.put("/watched", "0")
    const states: (string | undefined)[] = []
    const watching = (async () => {
      for await (const node of b.watch("/watched", { signal: ended.signal })) {
        states.push(node?.data)
        if (node?.data === "50") ended.abort()
      }
    })()
    for (let n = 1; n <= 50; n += 1) await a.put("/watched", String(n))
    await watching
    assert.equal(states.at(-1), "50")
  })

  declare("a closed coordinator says that its session is lost, and refuses", async (a) => {
    const states: string[] = []
    assert.equal(a.session.state, "connected")
    const watching = (async () => {
      for await (const state of a.session.states({ signal: new AbortController().signal })) states.push(state)
    })()
    await a.put("/some", "node")
    await a[Symbol.asyncDispose]()
    await watching
    assert.equal(states.at(-1), "lost")
    assert.equal(a.session.lost.aborted, true)
    await refused("SESSION_LOST", a.get("/some"))
  })
  declare("data may be empty, long, and of any character", async (a, b) => {
    for (const data of ["", "a".repeat(100_000), "Grüße, 你好, 🐳 \u0000 \n"]) {
      await a.put("/data", data)
      assert.equal((await b.get("/data"))?.data, data)
    }
  })

  declare("a node may have a thousand children", async (a, b) => {
    const names = Array.from({ length: 1000 }, (_, n) => String(n))
    // Not all at once: a backend may refuse for a moment what is more than it can take.
    for (let from = 0; from < names.length; from += 50) {
      await Promise.all(names.slice(from, from + 50).map((name) => a.put(`/many/${name}`, name)))
    }
    assert.deepEqual(await b.children("/many"), names.toSorted())
    await b.remove("/many")
    assert.deepEqual(await a.children("/many"), [])
  })

  declare("watches of one node all see it, and one whose signal is aborted ends", async (a, b) => {
    const first = new AbortController()
    const second = new AbortController()
    const one = b.watch("/watched", { signal: first.signal })[Symbol.asyncIterator]()
    const two = b.watch("/watched", { signal: second.signal })[Symbol.asyncIterator]()
    assert.equal(await nextOf(one), undefined)
    assert.equal(await nextOf(two), undefined)
    const seen = Promise.all([nextOf(one), nextOf(two)])
    await a.put("/watched", "1")
    assert.deepEqual(
      (await seen).map((node) => node?.data),
      ["1", "1"],
    )
    const ended = one.next()
    first.abort()
    assert.equal((await ended).done, true)
    const still = nextOf(two)
    await a.put("/watched", "2")
    assert.equal((await still)?.data, "2")
    second.abort()
    assert.equal((await two.next()).done, true)
  })

  declareFaultTests(contract.declare)
  contract.assertExceptionsKnown()
}
