import { expect, test } from "vitest"
import { begin } from "../testing/changes.ts"
import { EncodedEntry } from "./encoded-entry.ts"
import { createEncoder } from "./encoder.ts"
import { Slab } from "./slab.ts"

const facts = { kind: "end", ackable: true, ddl: false, table: "" } as const

test("what is known of an entry stays as it is, its copy too, whatever its slab is used for later", () => {
  const slab = Slab.shared()
  const origin = {
    file: "binlog.000003",
    offset: 5 * 2 ** 40 + 4_000_000_001,
    timestamp: 4_100_000_000,
    serverId: 4_294_967_295,
    gtid: { executed: "u:1-5" },
  }
  slab.bytes.write("a headed entry")
  slab.add(14, 12, 3, origin, facts)
  const entry = new EncodedEntry(slab, 0)
  const known = {
    ...facts,
    file: origin.file,
    offset: origin.offset,
    timestamp: origin.timestamp * 1000,
    serverId: origin.serverId,
    gtid: "u:1-5",
    length: 12,
    rows: 3,
  }
  const copy = entry.copy()
  slab.letGo()
  const again = Slab.shared()
  expect(again).toBe(slab)
  again.bytes.fill(0)
  again.add(30, 28, 1, { ...origin, file: "other", offset: 4, gtid: undefined }, facts)
  expect(entry).toMatchObject(known)
  expect(copy).toMatchObject(known)
  expect(copy.bytes.toString()).toBe("headed entry")
})

test("a slab that is let go of keeps no GTID set alive", () => {
  const slab = Slab.shared()
  const origin = { file: "f", offset: 4, timestamp: 1, serverId: 1, gtid: { executed: "u:1-5" } }
  slab.add(14, 12, 3, origin, facts)
  slab.letGo()
  expect(slab.gtid(0)).toBe("")
})

test("a run ends where its slab has room for no more entries", () => {
  const { runs, length } = createEncoder().encode(Array.from({ length: 2500 }, (_, n) => begin(n)))
  expect(length).toBe(2500)
  expect(runs.map(({ from, to }) => to - from)).toEqual([1024, 1024, 452])
  expect(new Set(runs.map(({ slab }) => slab)).size).toBe(3)
})
