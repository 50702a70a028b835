import { crc32 } from "node:zlib"
import { expect, test } from "vitest"
import { eventBytes } from "../testing/event-bytes.ts"
import { ChecksumRun } from "./checksum-run.ts"

const FORMAT_DESCRIPTION = 15
const XID = 16

/** Where an event lies. */
interface Place {
  readonly start: number
  readonly end: number
}

function event(length: number, type = XID): Buffer {
  const body = Buffer.from(Array.from({ length }, (_, i) => (i * i * 31 + length) >>> 2))
  return eventBytes({ type, body, checksum: true })
}

/** The packets of events, one behind the other, as on a connection. */
function packets(events: readonly Buffer[], first = 0): { readonly bytes: Buffer; readonly places: Place[] } {
  const pieces: Buffer[] = [Buffer.alloc(first)]
  const places: Place[] = []
  let at = first
  for (const [index, event] of events.entries()) {
    const head = Buffer.alloc(5)
    head.writeUIntLE(event.length + 1, 0, 3)
    head.writeUInt8(index & 0xff, 3)
    pieces.push(head, event)
    places.push({ start: at + 5, end: at + 5 + event.length })
    at += 5 + event.length
  }
  return { bytes: Buffer.concat(pieces), places }
}

function covered(bytes: Buffer, places: readonly Place[]): boolean[] {
  const run = new ChecksumRun()
  return places.map(({ start, end }) => run.covers(bytes, start, end))
}

const lengths = [0, 1, 8, 27, 300, 0, 5000, 70]

test("events that are right are known to be so together, and stay as they are", () => {
  const { bytes, places } = packets(
    lengths.map((length) => event(length)),
    7,
  )
  const before = Buffer.from(bytes)
  expect(covered(bytes, places)).toEqual(places.map(() => true))
  expect(bytes.equals(before)).toBe(true)
})

test("one bit anywhere in an event, and nothing is known of it", () => {
  const { bytes, places } = packets(lengths.map((length) => event(length % 40)))
  for (const [index, { start, end }] of places.entries())
    for (let at = start; at < end; at++) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at & 7)), at)
      const spoiled = Buffer.from(damaged)
      expect(covered(damaged, places)[index]).toBe(false)
      expect(damaged.equals(spoiled)).toBe(true)
    }
})

test("two damaged events do not make up for each other", () => {
  const same = Array.from({ length: 4 }, () => event(30))
  const { bytes, places } = packets(same)
  for (const place of places.slice(0, 2))
    bytes.writeUInt8(bytes.readUInt8(place.start + 20) ^ 4, place.start + 20)
  expect(covered(bytes, places)).toEqual([false, false, true, true])
})

test("nothing is known of events alone, without a checksum, and of a FORMAT_DESCRIPTION", () => {
  const alone = packets([event(50)])
  expect(covered(alone.bytes, alone.places)).toEqual([false])
  const mixed = packets([event(3), event(9, FORMAT_DESCRIPTION), event(3), event(4)])
  expect(covered(mixed.bytes, mixed.places)).toEqual([false, false, true, true])
  const bare = packets([event(50).subarray(0, 20), event(20)])
  expect(covered(bare.bytes, bare.places)).toEqual([false, false])
})

test("what is cut off at the end of the chunk is left to itself", () => {
  const { bytes, places } = packets([event(10), event(20), event(30)])
  const last = places[2]?.start ?? 0
  for (let length = last - 5; length < bytes.length; length++)
    expect(covered(bytes.subarray(0, length), places.slice(0, 2))).toEqual([true, true])
})

test("an event of another length than its packet ends what is looked at", () => {
  const { bytes, places } = packets([event(10), event(20)])
  const at = places[1]?.start ?? 0
  bytes.writeUInt32LE(99, at + 9)
  bytes.writeUInt32LE(crc32(bytes.subarray(at, bytes.length - 4)), bytes.length - 4)
  expect(covered(bytes, places)).toEqual([false, false])
})
