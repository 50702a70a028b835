import { fileURLToPath } from "node:url"
import { BinlogError, parseGtidSet, readBinlogFile } from "@canal/binlog-protocol"
import type { BinlogEvent, Position } from "@canal/binlog-protocol"
import { beforeAll, describe, expect, it } from "vitest"
import { tableFilter } from "../filter/table-filter.ts"
import type { StartPosition } from "../locate/start-position.ts"
import { staticCatalog } from "../schema/schema-catalog.ts"
import { Follower } from "./follower.ts"

const BINLOG = fileURLToPath(new URL("../../../../fixtures/recordings/gtid-mysql/binlog", import.meta.url))
const FILE = "binlog.000002"
const OPTIONS = { serverId: 1, signal: new AbortController().signal }

let events: readonly BinlogEvent[]
let seed: string

beforeAll(async () => {
  const all: BinlogEvent[] = []
  for await (const batch of readBinlogFile(BINLOG, { file: FILE })) all.push(...batch)
  events = all
  const previous = all.find((event) => event.type === "previous-gtids")
  seed = previous?.type === "previous-gtids" ? previous.gtids.toString() : ""
})

/** Sends a recorded binlog as a source does to one who says what it has, and cuts connection after connection. */
function recordedSource(cuts: readonly number[]) {
  let connection = 0
  return async function* open(position: Position): AsyncGenerator<readonly BinlogEvent[]> {
    const first = events.findIndex((event) =>
      "file" in position
        ? event.position >= position.offset
        : event.type === "gtid" && event.gtid !== undefined && !position.gtids.contains(event.gtid),
    )
    const sent = events.slice(first < 0 ? events.length : first)
    const after = cuts[connection++]
    yield sent.slice(0, after)
    if (after !== undefined) throw new BinlogError("CONNECTION_LOST", "cut")
  }
}

async function follow(from: StartPosition, cuts: readonly number[]): Promise<readonly string[]> {
  const catalog = staticCatalog(new Map())
  const follower = new Follower(recordedSource(cuts), from, { current: tableFilter() }, catalog)
  const seen: string[] = []
  for (;;) {
    try {
      for await (const changes of follower.dump(OPTIONS, () => {}))
        for (const { kind, offset, gtid } of changes)
          if (kind !== "heartbeat") seen.push(`${kind} ${offset} ${gtid?.executed}`)
      return seen
    } catch (error) {
      if (!(error instanceof BinlogError)) throw error
    }
  }
}

describe("Follower by GTID", () => {
  it("delivers every change once wherever the connection is cut", async () => {
    const whole = await follow({ gtids: seed }, [])
    expect(whole.length).toBeGreaterThan(10)
    for (let cut = 0; cut <= events.length; cut++) expect(await follow({ gtids: seed }, [cut])).toEqual(whole)
  })

  it("goes on by GTID after a start by file, with the GTID of the transaction that it resumes at", async () => {
    const whole = await follow({ gtids: seed }, [])
    const at = whole.findIndex((line) => line.startsWith("begin"))
    const [, offset = "", gtids = ""] = (whole[at] ?? "").split(" ")
    // A cursor at a begin: its set holds the transaction already.
    expect(parseGtidSet(gtids).isEmpty).toBe(false)
    const from = { file: FILE, offset: Number(offset), included: false, gtids }
    for (let cut = 0; cut < events.length; cut++) expect(await follow(from, [cut])).toEqual(whole.slice(at))
  })

  it("asks by GTID where the position belongs to another server", async () => {
    const whole = await follow({ gtids: seed }, [])
    const from = { file: FILE, offset: 4, included: false, gtids: seed, timestamp: 1 }
    expect(await follow(from, [])).toEqual(whole)
  })
})
