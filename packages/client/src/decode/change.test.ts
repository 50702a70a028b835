import { existsSync, readFileSync } from "node:fs"
import { decodeEntry, FrameDecoder, MAX_FRAME_LENGTH } from "@canal/protocol"
import { expect, test } from "vitest"
import { type Change, changesOf } from "./change.ts"

function recorded(name: string): readonly Change[] {
  const file = new URL(`../../../../fixtures/recordings/${name}/entries.bin`, import.meta.url)
  expect(existsSync(file)).toBe(true)
  const entries = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH }).push(readFileSync(file))
  return entries.map(decodeEntry).flatMap(changesOf)
}

test("partial images have the columns that the binlog has, and no others", () => {
  const changes = recorded("images-mysql").filter(({ table }) => table === "t")
  expect(changes[0]).toMatchObject({ kind: "ddl", type: "CREATE", schema: "images", table: "t" })
  const updates = changes.filter((change) => change.kind === "update")
  expect(updates[0]).toMatchObject({ key: ["id"], before: { id: 1 }, after: { a: "z" }, changed: ["a"] })
  expect(updates[1]).toMatchObject({ before: { id: 2 }, after: { b: null, d: 5 }, changed: ["b", "d"] })
  expect(Object.keys(updates[1]?.after ?? {})).toEqual(["b", "d"])
})

test("statements that are no DDL are told apart", () => {
  const kinds = new Map<string, number>()
  for (const { kind } of recorded("statements-mysql")) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  expect([...kinds.keys()].sort()).toEqual(["ddl", "delete", "insert", "statement", "update"])
})
