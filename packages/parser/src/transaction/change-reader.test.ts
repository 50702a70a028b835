import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { EventTypeCode, parseGtidSet, readBinlogFile } from "@canal/binlog-protocol"
import type { BinlogEvent, UnknownEvent } from "@canal/binlog-protocol"
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

async function* withUnreadable(): AsyncGenerator<readonly BinlogEvent[]> {
  yield* readBinlogFile(fileURLToPath(new URL("types-mysql/binlog", RECORDINGS)))
  yield [unknownEvent(EventTypeCode.MARIADB_PARTIAL_ROW_DATA)]
}

async function* incident(): AsyncGenerator<readonly BinlogEvent[]> {
  const { body: _, ...event } = unknownEvent(EventTypeCode.INCIDENT)
  yield [{ ...event, type: "incident", incident: 1, message: "LOST_EVENTS" }]
}

async function* oldLoad(): AsyncGenerator<readonly BinlogEvent[]> {
  const { body: block, ...event } = unknownEvent(EventTypeCode.CREATE_FILE)
  const file = { threadId: 1, columns: [], fileName: "f", fileId: 1, block }
  yield [{ ...event, ...file, type: "load-data", schema: "d", table: "t" }]
}

function readOldLoad(include: string): Promise<IteratorResult<readonly Change[], void>> {
  return readChanges(oldLoad(), { filter: { current: tableFilter({ include }) } }).next()
}

async function kinds(name: string): Promise<readonly string[]> {
  return (await readAll(name, {})).map(({ kind, offset }) => `${kind} ${offset}`)
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

  it("refuses changes that it cannot read, and hands out what came before", async () => {
    let seen = 0
    const read = async () => {
      for await (const changes of readChanges(withUnreadable())) seen += changes.length
    }
    const reading = read()
    await expect(reading).rejects.toMatchObject({ code: "UNSUPPORTED_EVENT", retryable: false })
    await expect(reading).rejects.toThrow("MARIADB_PARTIAL_ROW_DATA event at binlog.000001:4 ")
    await expect(reading).rejects.toThrow("Raise binlog_row_event_fragment_threshold")
    expect(seen).toBeGreaterThan(100)
  })

  it("delivers the changes of compressed transactions, compressed events and partial updates", async () => {
    expect((await kinds("compressed-mysql")).slice(5, 8)).toEqual(["begin 1329", "rows 1329", "commit 1329"])
    expect(await kinds("compressed-mariadb")).toContain("rows 1200")
    expect(await kinds("compressed-mariadb")).toContain("ddl 1871")
    expect(await kinds("images-mysql")).toContain("rows 7548")
  })

  it("refuses a LOAD DATA of old servers for the tables that are wanted only", async () => {
    expect(await readOldLoad("d\\.other")).toMatchObject({ done: true })
    await expect(readOldLoad("d\\.t")).rejects.toMatchObject({ code: "UNSUPPORTED_EVENT" })
  })

  it("ends at an incident", async () => {
    const reading = readChanges(incident()).next()
    await expect(reading).rejects.toMatchObject({ code: "INCIDENT", retryable: false })
    await expect(reading).rejects.toThrow(
      /at binlog\.000001:4: LOST_EVENTS.* start again at binlog\.000001:24/,
    )
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
