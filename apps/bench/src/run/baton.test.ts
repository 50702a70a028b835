import { setImmediate as turn } from "node:timers/promises"
import { expect, test } from "vitest"
import { inTurns, type Pass } from "./baton.ts"

/** A task of so many pieces, each of which says when it begins and ends. */
function task(name: string, pieces: number, said: string[]): (pass: Pass) => Promise<string> {
  return async (pass) => {
    for (let piece = 1; piece <= pieces; piece++) {
      said.push(`${name}${piece}`)
      await turn()
      said.push(`/${name}${piece}`)
      if (piece < pieces) await pass()
    }
    return name
  }
}

async function failing(): Promise<string> {
  throw new Error("failed")
}

test("pieces alternate, one at a time; who has none left is passed over", async () => {
  const said: string[] = []
  expect(await inTurns([task("a", 1, said), task("b", 3, said), task("c", 2, said)])).toEqual(["a", "b", "c"])
  const order = ["a1", "b1", "c1", "b2", "c2", "b3"]
  expect(said).toEqual(order.flatMap((piece) => [piece, `/${piece}`]))
})

test("what fails fails the whole, when the others are done", async () => {
  const said: string[] = []
  await expect(inTurns([task("a", 2, said), failing])).rejects.toThrow("failed")
  expect(said.at(-1)).toBe("/a2")
})
