import { fileURLToPath } from "node:url"
import { BinlogError, EventTypeCode, readBinlogFile } from "@canal/binlog-protocol"
import type { BinlogEvent, Position } from "@canal/binlog-protocol"
import { beforeAll, describe, expect, it } from "vitest"
import type { Change } from "../change.ts"
import { tableFilter } from "../filter/table-filter.ts"
import type { StartPosition } from "../locate/start-position.ts"
import { staticCatalog } from "../schema/schema-catalog.ts"
import { Follower } from "./follower.ts"

const BINLOG = fileURLToPath(
  new URL("../../../../fixtures/recordings/statements-mysql/binlog", import.meta.url),
)
const FILE = "binlog.000010"
const CATALOG = staticCatalog(new Map())
const EVERYTHING = { current: tableFilter() }
const OPTIONS = { serverId: 1, signal: new AbortController().signal }

let events: readonly BinlogEvent[]
let whole: readonly string[]

beforeAll(async () => {
  const all: BinlogEvent[] = []
  for await (const batch of readBinlogFile(BINLOG, { file: FILE })) all.push(...batch)
  events = all
  whole = (await follow({ file: FILE, offset: 4, included: true }, [])).slice(1)
})

/** Sends a recorded binlog as a source does from a position on, and cuts connection after connection. */
function recordedSource(cuts: readonly number[]) {
  let connection = 0
  return async function* open(position: Position): AsyncGenerator<readonly BinlogEvent[]> {
    if (!("file" in position)) throw new Error("by file only")
    const after = cuts[connection++]
    const { file, offset } = position
    const first = events.findIndex((event) => event.file === file && event.position >= offset)
    const sent = events.slice(first < 0 ? events.length : first)
    if (after === undefined) {
      yield sent
      return
    }
    yield sent.slice(0, after)
    throw new BinlogError("CONNECTION_LOST", "cut")
  }
}

async function follow(from: StartPosition, cuts: readonly number[]): Promise<readonly string[]> {
  const follower = new Follower(recordedSource(cuts), from, EVERYTHING, CATALOG)
  const seen: Change[] = []
  for (;;) {
    try {
      for await (const changes of follower.dump(OPTIONS, () => {})) seen.push(...changes)
      return seen.map(({ kind, offset }) => `${kind} ${offset}`)
    } catch (error) {
      if (!(error instanceof BinlogError)) throw error
    }
  }
}

describe("Follower", () => {
  it("delivers every change once wherever the connection is cut", async () => {
    for (let cut = 0; cut <= events.length; cut++) {
      const seen = await follow({ file: FILE, offset: 4, included: true }, [cut])
      expect(seen.slice(1)).toEqual(whole)
    }
  })

  it("delivers every change once over many short connections", async () => {
    // A connection that ends before its transaction's new events makes no progress: each is one event longer.
    const cuts = Array.from({ length: 60 }, (_, at) => at % 13)
    const seen = await follow({ file: FILE, offset: 4, included: true }, cuts)
    expect(seen.slice(1)).toEqual(whole)
  })

  it("says first where it starts", async () => {
    const [first] = await follow({ file: FILE, offset: 1920, included: true }, [])
    expect(first).toBe("heartbeat 1920")
  })

  // Offsets of the recording: a BEGIN at 1999, rows at 2144 and 2503, its XID at 2551; a CREATE TABLE at 1775.
  it.each([
    ["at a begin that was acknowledged", 1999, false, "begin 1999"],
    ["behind an XID that was acknowledged", 2551, false, "begin 2661"],
    ["at an XID that was not", 2551, true, "commit 2551"],
    ["behind DDL that was acknowledged", 1775, false, "begin 1999"],
    ["at DDL that was not", 1775, true, "ddl 1775"],
    ["at the begin of the transaction that rows lie in", 2503, false, "begin 1999"],
    ["behind an XA END that was acknowledged", 18446, false, "xa 18652"],
    ["at an XA START that was acknowledged", 18234, false, "begin 18234"],
    ["behind a COMMIT that was acknowledged", 3367, false, "begin 3523"],
    ["at the begin of a transaction logged as statements", 20719, false, "begin 20635"],
  ])("resumes %s", async (_, offset, included, expected) => {
    const [, next] = await follow({ file: FILE, offset, included }, [])
    expect(next).toBe(expected)
  })

  it("refuses to go on where the source has another event than before", async () => {
    const first = events.findIndex((event) => event.position === 1999)
    const replaced = events.slice(first + 5, first + 9)
    let connection = 0
    const follower = new Follower(
      async function* open() {
        const sent = events.slice(first, first + 4)
        if (connection++ === 0) yield sent.slice(0, 2)
        else yield replaced
        throw new BinlogError("CONNECTION_LOST", "cut")
      },
      { file: FILE, offset: 1999, included: true },
      EVERYTHING,
      CATALOG,
    )
    const read = async () => {
      for await (const _ of follower.dump(OPTIONS, () => {})) continue
    }
    await expect(read()).rejects.toMatchObject({ code: "CONNECTION_LOST" })
    await expect(read()).rejects.toMatchObject({ code: "SOURCE_CHANGED" })
  })

  it("hands out what came before changes that it cannot read, and starts behind them, inside a transaction too", async () => {
    const all = (await recorded("compressed-mysql")).flatMap((event) =>
      event.type === "transaction-payload"
        ? [unreadable(event)]
        : event.innerIndex === undefined
          ? [event]
          : [],
    )
    const read = async (offset: number) => followAll(all, { file: FILE, offset, included: true })
    // Three transactions that cannot be read lie from 1250 to 2219; rows of another at 2656, its GTID at 2431.
    const { offsets, error } = await read(655)
    expect(error).toMatchObject({ code: "UNSUPPORTED_EVENT" })
    expect(offsets).toEqual([655, 655, 858, 1107])
    expect(await read(2219)).toEqual({ offsets: [2219, 2296, 2510, 2656, 2696], error: undefined })
    expect(await read(2656)).toEqual({ offsets: [2656, 2510, 2656, 2696], error: undefined })
  })

  it("starts at a compressed transaction, or behind it where all of it was acknowledged", async () => {
    const all = await recorded("compressed-mysql")
    const read = async (from: StartPosition) => (await followAll(all, from)).offsets
    const rest = [1626, 1626, 1626, 1626, 1626, 2007, 2007, 2007, 2296, 2510, 2656, 2696]
    const first = [1329, 1329, 1329]
    const place = { file: FILE, offset: 1329 }
    expect(await read({ ...place, offset: 1250, included: true })).toEqual([1250, ...first, ...rest])
    expect(await read({ ...place, included: true })).toEqual([1329, ...first, ...rest])
    expect(await read({ ...place, included: false })).toEqual([1329, ...first, ...rest])
    expect(await read({ ...place, included: false, complete: true })).toEqual([1329, ...rest])
  })

  it("goes on within a compressed transaction where a connection was cut, event for event", async () => {
    const all = await recorded("compressed-mysql")
    const from = { file: FILE, offset: 1250, included: true }
    const { offsets } = await followAll(all, from)
    for (let cut = 1; cut < 18; cut++) expect((await followAll(all, from, cut)).offsets).toEqual(offsets)
  })
})

async function recorded(name: string): Promise<readonly BinlogEvent[]> {
  const path = fileURLToPath(new URL(`../../../../fixtures/recordings/${name}/binlog`, import.meta.url))
  const all: BinlogEvent[] = []
  for await (const batch of readBinlogFile(path, { file: FILE })) all.push(...batch)
  return all
}

/** An event in its place that carries changes in a form that cannot be read. */
function unreadable({ file, position, endPosition, length }: BinlogEvent): BinlogEvent {
  const fields = { file, position, endPosition, length, timestamp: 0, serverId: 1, flags: 0 }
  return {
    ...fields,
    type: "unknown",
    typeCode: EventTypeCode.MARIADB_PARTIAL_ROW_DATA,
    body: Buffer.alloc(0),
  }
}

/** Where the changes lie that come from a position on, and what ended them; the first dump is cut after `cut` events. */
async function followAll(all: readonly BinlogEvent[], from: StartPosition, cut?: number) {
  let left = cut
  async function* open(position: Position) {
    const events = all.filter((event) => "offset" in position && event.position >= position.offset)
    const sent = events.slice(0, left)
    const isCut = left !== undefined
    left = undefined
    yield sent
    if (isCut) throw new BinlogError("CONNECTION_LOST", "cut")
  }
  const follower = new Follower(open, from, EVERYTHING, CATALOG)
  const offsets: number[] = []
  for (;;) {
    try {
      for await (const changes of follower.dump(OPTIONS, () => {}))
        offsets.push(...changes.map(({ offset }) => offset))
      return { offsets, error: undefined }
    } catch (error) {
      if (!(error instanceof BinlogError && error.retryable)) return { offsets, error }
    }
  }
}
