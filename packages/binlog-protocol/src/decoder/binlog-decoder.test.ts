import { readFileSync } from "node:fs"
import { assert, integer, nat, property, uint8Array } from "fast-check"
import { describe, expect, test } from "vitest"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { EventTypeCode } from "../event/type-code.ts"
import { eventBytes, rotateBody } from "../testing/event-bytes.ts"
import type { EventFields } from "../testing/event-bytes.ts"
import { allEvents, eventsOf, recordingNames, recordingPath } from "../testing/recordings.ts"
import { BinlogDecoder } from "./binlog-decoder.ts"
import type { BinlogDecoderOptions } from "./binlog-decoder.ts"

const GIB4 = 2 ** 32

function isOther(event: BinlogEvent): boolean {
  return (event.type === "rows" || event.type === "table-map") && event.table.table !== "ints"
}

function decode(decoder: BinlogDecoder, bytes: Buffer): readonly BinlogEvent[] {
  const out: BinlogEvent[] = []
  decoder.decode(bytes, 0, bytes.length, out)
  return out
}

/** Decodes events of fixed bodies and returns where they lie. */
function places(options: BinlogDecoderOptions, events: readonly EventFields[]): readonly string[] {
  const decoder = new BinlogDecoder(options)
  return events
    .flatMap((fields) => decode(decoder, eventBytes(fields)))
    .map(({ file, position, endPosition }) => `${file} ${position} ${endPosition}`)
}

/** The events of a recorded binlog, as bytes. */
function eventsIn(recording: string): readonly Buffer[] {
  const bytes = readFileSync(recordingPath(recording))
  const events: Buffer[] = []
  for (let at = 4; at < bytes.length; at += bytes.readUInt32LE(at + 9))
    events.push(bytes.subarray(at, at + bytes.readUInt32LE(at + 9)))
  return events
}

const xid = (statedEnd: number): EventFields => ({
  type: EventTypeCode.XID,
  body: Buffer.alloc(8),
  statedEnd,
})
const madeUpRotate = (file: string, position: number): EventFields => ({
  type: EventTypeCode.ROTATE,
  body: rotateBody(file, position),
  flags: 0x20,
})

describe("recorded binlogs", () => {
  test.each(recordingNames())("%s is decoded up to its end, its checksums right", async (name) => {
    const events = await allEvents(recordingPath(name), { file: "binlog.000001" })
    const bytes = readFileSync(recordingPath(name))
    expect(events.at(-1)?.endPosition).toBe(bytes.length)
    for (const event of events) expect(bytes.readUInt32LE(event.position + 13)).toBe(event.endPosition)
  })

  test("as a dump, which leaves events out, positions are the same", () => {
    const whole = eventsIn("types-mysql")
    const decoder = new BinlogDecoder({ file: "binlog.000001" })
    let left = 0
    for (const [i, bytes] of whole.entries()) {
      // Whole transactions are left out: every other GTID up to the event that ends it.
      if (bytes[4] === EventTypeCode.GTID) left = i % 2
      if (left === 1 && i > 2) continue
      const [event] = decode(decoder, bytes)
      expect(event?.endPosition).toBe(bytes.readUInt32LE(13))
      expect(event?.position).toBe(bytes.readUInt32LE(13) - bytes.length)
    }
  })

  test("equal table maps give one object", async () => {
    const events = await allEvents(recordingPath("types-mysql"))
    const byName = new Map<string, unknown>()
    let again = 0
    for (const { table } of eventsOf(events, "table-map")) {
      const known = byName.get(`${table.schema}.${table.table}`)
      if (known === table) again++
      byName.set(`${table.schema}.${table.table}`, table)
    }
    expect(again).toBeGreaterThan(5)
  })

  test("tables that nobody wants are left out, table maps and rows", async () => {
    const all = await allEvents(recordingPath("types-mysql"))
    const some = await allEvents(recordingPath("types-mysql"), {
      wantsTable: ({ table }) => table === "ints",
    })
    expect(some.map(({ position }) => position)).toEqual(
      all.filter((event) => !isOther(event)).map(({ position }) => position),
    )
    expect(eventsOf(some, "rows").length).toBeGreaterThan(0)
  })
})

describe("positions", () => {
  test("go on behind 4 GiB, where the header's wrap", () => {
    const start = GIB4 - 50
    expect(places({ file: "b.1", position: start }, [xid(GIB4 - 23), xid(4), xid(31)])).toEqual([
      `b.1 ${start} ${GIB4 - 23}`,
      `b.1 ${GIB4 - 23} ${GIB4 + 4}`,
      `b.1 ${GIB4 + 4} ${GIB4 + 31}`,
    ])
  })

  test("are counted where the header has none", () => {
    expect(places({ file: "b.1", position: 100 }, [xid(0), xid(0)])).toEqual(["b.1 100 127", "b.1 127 154"])
  })

  test("follow a made-up ROTATE, which takes no room itself", () => {
    const events = [madeUpRotate("b.7", 500), xid(527), madeUpRotate("b.8", 4), xid(31)]
    expect(places({}, events)).toEqual(["b.7 500 500", "b.7 500 527", "b.7 527 527", "b.8 4 31"])
  })

  test("do not count the FORMAT_DESCRIPTION repeated at the start of a dump", () => {
    const [format = Buffer.alloc(0)] = eventsIn("types-mysql")
    const repeated = eventBytes({ type: 15, body: format.subarray(19, -4), checksum: true })
    const decoder = new BinlogDecoder({ file: "b.1", position: 700 })
    expect(decode(decoder, repeated)).toMatchObject([{ position: 700, endPosition: 700 }])
    expect(decode(decoder, eventBytes({ ...xid(731), checksum: true }))).toMatchObject([{ position: 700 }])
  })

  test("a heartbeat says where the dump stands", () => {
    const decoder = new BinlogDecoder({ file: "b.1", position: GIB4 + 100 })
    const first = eventBytes({ type: 27, body: Buffer.from("b.1"), statedEnd: 200 })
    expect(decode(decoder, first)).toMatchObject([
      { type: "heartbeat", file: "b.1", endPosition: GIB4 + 200 },
    ])
    const offset = Buffer.alloc(9, 0xfe)
    offset.writeBigUInt64LE(BigInt(GIB4 + 300), 1)
    const body = Buffer.concat([
      Buffer.from([1, 3]),
      Buffer.from("b.1"),
      Buffer.from([2, 9]),
      offset,
      Buffer.from([0]),
    ])
    const second = eventBytes({ type: 41, body })
    expect(decode(decoder, second)).toMatchObject([
      { type: "heartbeat", file: "b.1", endPosition: GIB4 + 300 },
    ])
  })
})

describe("refuses", () => {
  test("a wrong checksum, naming file and position", () => {
    const bytes = eventBytes({ ...xid(127), checksum: true })
    bytes.writeUInt8(1, 20)
    const decoder = new BinlogDecoder({ file: "binlog.000003", position: 100, checksum: "crc32" })
    expect(() => decode(decoder, bytes)).toThrowError(/binlog\.000003:100/)
    expect(() => decode(decoder, bytes)).toThrowError(expect.objectContaining({ code: "CHECKSUM_MISMATCH" }))
  })

  test("rows whose table map was not seen", () => {
    const rows = eventBytes({ type: 30, body: Buffer.from("7b0000000000010002000101ff", "hex") })
    expect(() => decode(new BinlogDecoder(), rows)).toThrowError(
      expect.objectContaining({ code: "POSITION_INVALID" }),
    )
  })

  test("nothing else but with a BinlogError: every event cut at every length", () => {
    for (const recording of ["types-mysql", "statements-mariadb", "gtid-tag-mysql"]) {
      const decoder = new BinlogDecoder()
      for (const bytes of eventsIn(recording)) {
        const lengths = bytes[4] === EventTypeCode.FORMAT_DESCRIPTION ? 0 : Math.min(bytes.length - 23, 600)
        for (let length = 0; length < lengths; length++) {
          const body = bytes.subarray(19, 19 + length)
          expectEventsOrError(decoder, eventBytes({ type: bytes[4] ?? 0, body, checksum: true }))
        }
        decode(decoder, bytes)
      }
    }
  })

  test("any body of any type is an event or a BinlogError", () => {
    const [format = Buffer.alloc(0)] = eventsIn("types-mysql")
    const body = uint8Array({ maxLength: 120 })
    assert(
      property(integer({ min: 0, max: 255 }), body, (type, body) => {
        const decoder = new BinlogDecoder()
        decode(decoder, format)
        expectEventsOrError(decoder, eventBytes({ type, body, checksum: true }))
      }),
      { numRuns: 5000 },
    )
  })

  test("flipped bits in table maps and rows do no more harm", () => {
    const events = eventsIn("types-mysql").filter((bytes) => [19, 30, 31, 32, 2, 15].includes(bytes[4] ?? 0))
    const choice = integer({ min: 0, max: events.length - 1 })
    assert(
      property(choice, nat(), integer({ min: 0, max: 7 }), (index, at, bit) => {
        const body = Buffer.from(events[index]?.subarray(19, -4) ?? [])
        const place = at % body.length
        body.writeUInt8(body.readUInt8(place) ^ (1 << bit), place)
        expectEventsOrError(
          new BinlogDecoder(),
          eventBytes({ type: events[index]?.[4] ?? 0, body, checksum: true }),
        )
      }),
      { numRuns: 3000 },
    )
  })
})

function expectEventsOrError(decoder: BinlogDecoder, bytes: Buffer): void {
  try {
    decode(decoder, bytes)
  } catch (error) {
    expect(error).toMatchObject({ name: "BinlogError" })
  }
}
