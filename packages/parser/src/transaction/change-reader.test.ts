import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseGtidSet, readBinlogFile } from "@canal/binlog-protocol"
import type { UnknownEvent } from "@canal/binlog-protocol"
import { describe, expect, it } from "vitest"
import type { Change } from "../change.ts"
import { tableFilter } from "../filter/table-filter.ts"
import { readChanges } from "./read-changes.ts"
import type { ReadChangesOptions } from "./read-changes.ts"

const RECORDINGS = new URL("../../../../fixtures/recordings/", import.meta.url)

async function readAll(name: string, options: ReadChangesOptions): Promise<readonly Change[]> {
  const all: Change[] = []
  const events = readBinlogFile(fileURLToPath(new URL(`${name}/binlog`, RECORDINGS)), {
    file: "binlog.000001",
  })
  for await (const changes of readChanges(events, options)) all.push(...changes)
  return all
}

describe("readChanges", () => {
  it("leaves out rows, DDL and lone statements of tables that are not wanted", async () => {
    const filter = { current: tableFilter({ include: "stmts\\.a" }) }
    const all = await readAll("statements-mysql", { filter })
    const tables = new Set(
      all.map((change) =>
        change.kind === "rows" ? change.table.name : change.kind === "ddl" ? change.table : "a",
      ),
    )
    // Databases have no table name to match.
    expect(tables).toEqual(new Set(["a", undefined]))
    const inserts = all.filter((change) => change.kind === "statement" && change.statement === "insert")
    expect(inserts).toEqual([])
    expect(all.filter(({ kind }) => kind === "begin").length).toBeGreaterThan(30)
  })

  it("obeys a filter that is replaced while it reads", async () => {
    const filter = { current: tableFilter({ exclude: "stmts\\..*" }) }
    const events = readBinlogFile(fileURLToPath(new URL("statements-mysql/binlog", RECORDINGS)), {
      file: "binlog.000010",
    })
    async function* oneByOne() {
      for await (const batch of events)
        for (const event of batch) {
          if (event.position === 2260) filter.current = tableFilter()
          yield [event]
        }
    }
    const rows: number[] = []
    for await (const changes of readChanges(oneByOne(), { filter }))
      for (const { kind, offset } of changes) if (kind === "rows" && offset < 2600) rows.push(offset)
    expect(rows.filter((offset) => offset > 1900)).toEqual([2260, 2377, 2503])
  })

  it("gives the changes of a transaction one object with its GTIDs, as Java does", async () => {
    const recorded = readFileSync(new URL("gtid-mysql/entries.txt", RECORDINGS), "utf8").split("=== entry ")
    const expected = recorded.slice(1).map((entry) => ({
      offset: Number(/^logfileOffset: (\d+)/m.exec(entry)?.[1]),
      executed: /^gtid: "(.*)"/m.exec(entry)?.[1],
      current: /key: "curtGtid"\s+value: "(.*)"/.exec(entry)?.[1],
      sequenceNumber: Number(/key: "curtGtidSn"\s+value: "(.*)"/.exec(entry)?.[1]),
      lastCommitted: Number(/key: "curtGtidLct"\s+value: "(.*)"/.exec(entry)?.[1]),
    }))
    const uuid = expected[0]?.current?.split(":")[0] ?? ""
    const first = Number(expected[0]?.current?.split(":")[1])
    const all = await readAll("gtid-mysql", { gtids: parseGtidSet(`${uuid}:1-${first - 1}`) })
    const from = expected[0]?.offset ?? 0
    const ours = all
      .filter(({ offset }) => offset >= from)
      .map(({ offset, gtid }) => Object.assign({ offset }, gtid))
    expect(ours).toEqual(expected)
    const [begin, rows] = all.filter(({ kind }) => kind === "begin" || kind === "rows")
    expect(begin?.gtid).toBe(rows?.gtid)
  })

  it.each([["images-mysql", "PARTIAL_UPDATE_ROWS", 7548, "binlog_row_value_options=''"]])(
    "refuses changes in %s that it cannot read: %s",
    async (name, type, offset, remedy) => {
      const reading = readAll(name, {})
      await expect(reading).rejects.toMatchObject({
        name: "ParserError",
        code: "UNSUPPORTED_EVENT",
        retryable: false,
      })
      await expect(reading).rejects.toThrow(`${type} event at binlog.000001:${offset} `)
      await expect(reading).rejects.toThrow(`Set ${remedy} at the source`)
    },
  )

  it("hands out what came before changes that it cannot read", async () => {
    const path = fileURLToPath(new URL("images-mysql/binlog", RECORDINGS))
    const offsets: number[] = []
    const read = async () => {
      for await (const changes of readChanges(readBinlogFile(path)))
        offsets.push(...changes.map(({ offset }) => offset))
    }
    await expect(read()).rejects.toMatchObject({ code: "UNSUPPORTED_EVENT" })
    expect(offsets.length).toBeGreaterThan(20)
    expect(offsets.at(-1)).toBeLessThan(7548)
  })

  // Ignorable, of a group's membership, and of servers to come.
  it.each([28, 36, 37, 99, 200])(
    "passes an unknown event of type %i, which holds no changes",
    async (typeCode) => {
      async function* events() {
        yield [unknownEvent(typeCode)]
      }
      const all: Change[] = []
      for await (const changes of readChanges(events())) all.push(...changes)
      expect(all).toEqual([])
    },
  )
})

function unknownEvent(typeCode: number): UnknownEvent {
  const place = { file: "binlog.000001", position: 4, endPosition: 24, length: 20 }
  return { ...place, type: "unknown", typeCode, timestamp: 0, serverId: 1, flags: 0, body: Buffer.alloc(1) }
}
