import type { Entry, EntryType } from "@canal/protocol"
import { expect, test } from "vitest"
import { Acknowledged } from "./acknowledged.ts"

function entry(entryType: EntryType, logfileOffset: number, logfileName = "binlog.000001"): Entry {
  return {
    entryType,
    storeValue: Buffer.alloc(0),
    header: {
      version: 1,
      logfileName,
      logfileOffset,
      serverId: 1,
      serverenCode: "UTF-8",
      executeTime: 5000,
      sourceType: "MYSQL",
      schemaName: "s",
      tableName: "t",
      eventLength: 40,
      eventType: undefined,
      props: [],
      gtid: undefined,
    },
  }
}

const begin = (offset: number): Entry => entry("TRANSACTIONBEGIN", offset)
const rows = (offset: number): Entry => entry("ROWDATA", offset)
const end = (offset: number): Entry => entry("TRANSACTIONEND", offset)

/** What is shown of a stream after a reconnection. */
function shown(acknowledged: Acknowledged, stream: readonly Entry[]): readonly Entry[] {
  acknowledged.reconnected()
  return stream.filter((each) => !acknowledged.isRepeated(each))
}

test("what was acknowledged is left out wherever the server begins again, the rest is shown", () => {
  const stream = [begin(4), rows(50), rows(90), end(130), begin(170), rows(210), rows(250), end(290)]
  for (let known = 0; known <= stream.length; known++) {
    for (let from = 0; from <= known; from++) {
      const acknowledged = new Acknowledged()
      acknowledged.add(stream.slice(0, known))
      expect(shown(acknowledged, stream.slice(from))).toEqual(stream.slice(known))
    }
  }
})

test("entries of one compressed transaction share a position and are told apart by their place", () => {
  const stream = [begin(4), rows(4), rows(4), rows(4), end(4)]
  const acknowledged = new Acknowledged()
  acknowledged.add(stream.slice(0, 3))
  expect(shown(acknowledged, stream)).toEqual(stream.slice(3))
  // A server that lives on goes on in the middle; which of them comes first cannot be told.
  expect(shown(acknowledged, stream.slice(3))).toEqual(stream.slice(3))
})

test("what another process acknowledged comes before what this one did, and is shown once", () => {
  const earlier = [begin(4), rows(50), end(90)]
  const ours = [begin(200), rows(240), end(280)]
  const acknowledged = new Acknowledged()
  acknowledged.add(ours)
  expect(shown(acknowledged, [...earlier, ...ours, begin(400)])).toEqual([...earlier, begin(400)])
  acknowledged.add(earlier)
  expect(shown(acknowledged, [...earlier, ...ours, begin(400)])).toEqual([begin(400)])
})

test("additional begins and ends do not end a repetition", () => {
  const stream = [begin(4), rows(50), end(90), begin(200), rows(240), end(280)]
  const acknowledged = new Acknowledged()
  acknowledged.add(stream)
  const empty = [begin(100), end(140)]
  expect(shown(acknowledged, [...stream.slice(0, 3), ...empty, ...stream.slice(3), rows(300)])).toEqual([
    ...empty,
    rows(300),
  ])
})

test("a source that was reset or exchanged loses nothing", () => {
  const acknowledged = new Acknowledged()
  acknowledged.add([begin(400), rows(500), end(900)])
  const other = [begin(4), rows(50), end(90), begin(400), rows(501)]
  expect(shown(acknowledged, other)).toContain(other[1])
  expect(shown(acknowledged, other)).toContain(other[4])
  const later = [entry("TRANSACTIONBEGIN", 400, "binlog.000002"), entry("ROWDATA", 500, "binlog.000002")]
  expect(shown(acknowledged, later)).toEqual(later)
})

test("outside a repetition nothing is left out", () => {
  const acknowledged = new Acknowledged()
  acknowledged.add([begin(4), rows(50), end(90)])
  expect(acknowledged.isRepeated(rows(50))).toBe(false)
  acknowledged.reconnected()
  expect(acknowledged.isRepeated(rows(91))).toBe(false)
  expect(acknowledged.isRepeated(rows(50))).toBe(false)
})

test("memory is bounded, but holds a transaction that is not acknowledged whole, however long", () => {
  const acknowledged = new Acknowledged()
  const stream = [begin(4)]
  for (let i = 1; i <= 250_000; i++) stream.push(rows(100 + i))
  acknowledged.add(stream)
  const rest = [rows(300_000), end(300_100)]
  expect(shown(acknowledged, [...stream, ...rest])).toEqual(rest)
})
