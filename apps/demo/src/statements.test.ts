import { createRandom } from "@canal/testbed"
import { expect, test } from "vitest"
import { statements } from "./statements.ts"

const ALL = ["ALTER", "CREATE", "DELETE", "INSERT", "UPDATE"]

test("orders that change or go have come before, and the table changes now and then", () => {
  const orders = new Set<unknown>()
  const kinds = new Map<string, number>()
  let step = 0
  for (const { sql, values } of statements(createRandom(1))) {
    const kind = sql.split(" ")[0] ?? ""
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (kind === "INSERT") orders.add(values[0])
    if (kind === "UPDATE") expect(orders).toContain(values[1])
    if (kind === "DELETE") expect(orders.delete(values[0])).toBe(true)
    step += 1
    // CREATE DATABASE comes before: these are the first 20 changes.
    if (step === 19) expect([...kinds.keys()].toSorted()).toEqual(ALL)
    if (step === 400) break
  }
  expect(kinds.get("CREATE")).toBe(1)
  expect(kinds.get("ALTER")).toBe(33)
})
