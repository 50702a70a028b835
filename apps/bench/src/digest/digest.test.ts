import { expect, test } from "vitest"
import { differences } from "./digest.ts"
import { InsertSum, Replay } from "./replay.ts"

const table = {
  name: "t",
  columns: [
    { name: "id", form: "integer" },
    { name: "a", form: "text" },
    { name: "b", form: "json" },
  ],
} as const
const columnsOf = (): readonly string[] => ["id", "a", "b"]

function inserted(...rows: readonly (readonly unknown[])[]): ReturnType<InsertSum["digest"]> {
  const sum = new InsertSum([table])
  for (const row of rows) sum.apply("t", undefined, row)
  return sum.digest()
}

test("the order of rows and of members of JSON does not matter", () => {
  const one = inserted([1, "x", { k: 1, l: [2] }], [2, "y", null])
  const other = inserted([2, "y", null], [1, "x", { l: [2], k: 1 }])
  expect(differences(one, other, columnsOf)).toEqual([])
})

test("names the columns that differ, values that changed places, and missing rows", () => {
  const wanted = inserted([1, "x", true], [2, "y", false])
  expect(differences(inserted([1, "x", true], [2, "z", false]), wanted, columnsOf)).toEqual(["column a of t"])
  expect(differences(inserted([1, "y", true], [2, "x", false]), wanted, columnsOf)).toEqual(["column a of t"])
  expect(differences(inserted([1, "x", true]), wanted, columnsOf)).toEqual(["t: 1 rows instead of 2"])
  expect(differences({}, wanted, columnsOf)).toEqual(["t: nothing came"])
})

test("NULL is neither an empty text nor the word, and an absent value is not NULL", () => {
  const digests = [null, "", "NULL", undefined, 0].map((value) => inserted([1, value, 1]))
  const sums = new Set(digests.map((digest) => digest["t"]?.sums[1]))
  expect(sums.size).toBe(5)
})

test("changes lead to the state that they lead to", () => {
  const replay = new Replay([table])
  replay.apply("t", undefined, [1, "x", 1])
  replay.apply("t", undefined, [2, "y", 2])
  replay.apply("t", [1, "x", 1], [1, "z", 1])
  replay.apply("t", [2, "y", 2], undefined)
  expect(replay.digest()).toEqual(inserted([1, "z", 1]))
})

test("a change is refused whose row before is not the one that is there", () => {
  const replay = new Replay([table])
  replay.apply("t", undefined, [1, "x", 1])
  expect(() => replay.apply("t", [1, "y", 1], undefined)).toThrow("t, key 1: a before the change")
  expect(() => replay.apply("t", [2, "x", 1], undefined)).toThrow("t, key 2: id before the change")
  expect(() => replay.apply("t", undefined, [1, "x", 1])).toThrow("key 1 came into being twice")
})
