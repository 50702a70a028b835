import { constants, zstdCompressSync } from "node:zlib"
import { assert, integer, nat, property } from "fast-check"
import { describe, expect, test } from "vitest"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { EventTypeCode } from "../event/type-code.ts"
import { eventBytes } from "../testing/event-bytes.ts"
import { payloadEvent } from "../testing/payload-bytes.ts"
import type { PayloadFields } from "../testing/payload-bytes.ts"
import { BinlogDecoder } from "./binlog-decoder.ts"
import { EventSplitter } from "./event-splitter.ts"

const KIB = 1024
const MIB = 1024 * KIB

/** An inner event: headers in a payload have no end position, and there is no checksum. */
function inner(type: number, body: Uint8Array): Buffer {
  return eventBytes({ type, body, timestamp: 7, serverId: 3 })
}

const xid = inner(EventTypeCode.XID, Buffer.from("2a00000000000000", "hex"))
/** One column, INT. */
const tableMap = inner(
  EventTypeCode.TABLE_MAP,
  Buffer.from("7b00000000000100 017300 017400 01 03 00 00".replaceAll(" ", ""), "hex"),
)

function unknown(size: number): Buffer {
  return inner(200, Buffer.alloc(size, 5))
}

/** Decodes an event that stands at 1000 of a file, and what it leaves to be read, array by array. */
async function decodeArrays(bytes: Buffer): Promise<readonly (readonly BinlogEvent[])[]> {
  const decoder = new BinlogDecoder({ file: "b.1", position: 1000 })
  const events: BinlogEvent[] = []
  const rest = decoder.decode(bytes, 0, bytes.length, events)
  const arrays: (readonly BinlogEvent[])[] = [events]
  if (rest !== undefined) for await (const array of rest) arrays.push(array)
  return arrays
}

async function decodeAll(fields: PayloadFields): Promise<readonly BinlogEvent[]> {
  return (await decodeArrays(payloadEvent(fields))).flat()
}

describe.each(["zstd", "none"] as const)("%s", (compression) => {
  test("inner events have the place of the outer one, and their index", async () => {
    const bytes = payloadEvent({ compression, plain: Buffer.concat([tableMap, xid]) })
    const place = { file: "b.1", position: 1000, endPosition: 1000 + bytes.length, length: bytes.length }
    const [events] = await decodeArrays(bytes)
    expect(events).toMatchObject([
      {
        type: "transaction-payload",
        compression,
        uncompressedLength: tableMap.length + xid.length,
        ...place,
      },
      { type: "table-map", innerIndex: 0, timestamp: 7, serverId: 3, ...place },
      { type: "xid", xid: 42, innerIndex: 1, ...place },
    ])
  })

  test("a large payload comes in arrays of bounded size, its large event too", async () => {
    const sizes = Array.from({ length: 3000 }, (_, index) => (index === 2000 ? 5 * MIB : 100 * (index % 40)))
    const plain = Buffer.concat(sizes.map(unknown))
    const [first = [], ...arrays] = await decodeArrays(payloadEvent({ compression, plain }))
    expect(first).toHaveLength(1)
    expect(arrays.flat().map((event) => (event.type === "unknown" ? event.body.length : -1))).toEqual(sizes)
    expect(arrays.flat().map(({ innerIndex }) => innerIndex)).toEqual(sizes.map((_, index) => index))
    for (const array of arrays) {
      const bytes = array.reduce(
        (sum, event) => sum + 19 + (event.type === "unknown" ? event.body.length : 0),
        0,
      )
      expect(array.length === 1 || bytes <= 6 * MIB).toBe(true)
    }
    expect(arrays.length).toBeGreaterThan(plain.length / MIB)
  })

  test("what came whole before an event that cannot be read is handed out", async () => {
    const plain = Buffer.concat([
      ...Array.from({ length: 30 }, () => unknown(100 * KIB)),
      xid.subarray(0, 20),
    ])
    const rest = new BinlogDecoder().decode(
      payloadEvent({ compression, plain }),
      0,
      payloadEvent({ compression, plain }).length,
      [],
    )
    let events = 0
    const read = async (): Promise<void> => {
      for await (const array of rest ?? []) events += array.length
    }
    await expect(read()).rejects.toMatchObject({ code: "TRUNCATED" })
    expect(events).toBe(30)
  })
})

describe("refuses, naming the place,", () => {
  const large = Buffer.concat(Array.from({ length: 40 }, () => unknown(50 * KIB)))
  const zstd = zstdCompressSync(large)
  const damaged = Buffer.from(zstd)
  damaged.writeUInt8(damaged.readUInt8(9) ^ 0xff, 9)

  test.each<[string, PayloadFields, string]>([
    ["a payload that is no zstd", { plain: xid, payload: Buffer.from("no zstd at all") }, "MALFORMED"],
    ["a large one", { plain: large, payload: Buffer.from("no zstd at all") }, "MALFORMED"],
    ["a payload cut off", { plain: large, payload: zstd.subarray(0, -5) }, "MALFORMED"],
    ["a damaged payload", { plain: large, payload: damaged }, "MALFORMED"],
    ["fewer bytes than announced", { plain: xid, announced: xid.length + 1 }, "MALFORMED"],
    ["fewer bytes of a large one", { plain: large, announced: large.length + 1 }, "MALFORMED"],
    ["more bytes than announced", { plain: xid, announced: xid.length - 1 }, "MALFORMED"],
    ["more bytes of a large one", { plain: large, announced: large.length - 1 }, "MALFORMED"],
    ["an event cut off", { plain: xid.subarray(0, 22) }, "TRUNCATED"],
    ["an event of an impossible length", { plain: Buffer.alloc(40, 0xee) }, "MALFORMED"],
    ["an event without a length", { plain: Buffer.alloc(40) }, "MALFORMED"],
    ["a payload in a payload", { plain: payloadEvent({ plain: xid }) }, "MALFORMED"],
    ["a ROTATE", { plain: inner(EventTypeCode.ROTATE, Buffer.alloc(12)) }, "MALFORMED"],
    ["rows without a table map", { plain: inner(30, Buffer.alloc(20, 1)) }, "POSITION_INVALID"],
  ])("%s", async (_, fields, code) => {
    const reading = decodeAll(fields)
    await expect(reading).rejects.toMatchObject({ name: "BinlogError", code })
    await expect(reading).rejects.toThrow("(event of type 40 at b.1:1000)")
  })

  test("a payload that unfolds far beyond what it announces, at once", async () => {
    const bomb = zstdCompressSync(Buffer.alloc(256 * MIB), {
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    })
    expect(bomb.length).toBeLessThan(MIB)
    await expect(decodeAll({ plain: xid, payload: bomb })).rejects.toMatchObject({ code: "MALFORMED" })
    const announced = 4 * MIB
    await expect(decodeAll({ plain: xid, payload: bomb, announced })).rejects.toMatchObject({
      code: "MALFORMED",
    })
  })

  test("nothing else but with a BinlogError: flipped bits anywhere", async () => {
    const whole = payloadEvent({ plain: Buffer.concat([tableMap, xid, unknown(300)]) })
    assert(
      property(nat(whole.length - 20), integer({ min: 0, max: 7 }), (at, bit) => {
        const bytes = Buffer.from(whole)
        bytes.writeUInt8(bytes.readUInt8(19 + at) ^ (1 << bit), 19 + at)
        try {
          new BinlogDecoder().decode(bytes, 0, bytes.length, [])
        } catch (error) {
          expect(error).toMatchObject({ name: "BinlogError" })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

test("a payload that does not say how much it holds is read", async () => {
  const events = await decodeAll({ plain: Buffer.concat([tableMap, xid]), announced: undefined })
  expect(events.map(({ type }) => type)).toEqual(["transaction-payload", "table-map", "xid"])
})

test("events are cut out of pieces however those were cut", () => {
  const events = [xid, unknown(0), unknown(1), unknown(400), xid]
  const bytes = Buffer.concat(events)
  assert(
    property(integer({ min: 1, max: 60 }), nat(50), (size, more) => {
      const found: Buffer[] = []
      const splitter = new EventSplitter()
      for (let at = 0; at < bytes.length;) {
        const end = Math.min(bytes.length, at + size + ((at * 7) % (more + 1)))
        splitter.push(bytes.subarray(at, end), (piece, from, to) => found.push(piece.subarray(from, to)))
        at = end
      }
      expect(splitter.idle).toBe(true)
      expect(found.map((event) => event.toString("hex"))).toEqual(
        events.map((event) => event.toString("hex")),
      )
    }),
  )
})
