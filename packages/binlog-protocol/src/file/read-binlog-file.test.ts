import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { EventTypeCode } from "../event/type-code.ts"
import { eventBytes, rotateBody } from "../testing/event-bytes.ts"
import { allEvents, recordingPath } from "../testing/recordings.ts"
import { readBinlogFile } from "./read-binlog-file.ts"

const recorded = readFileSync(recordingPath("types-mysql"))
const folder = mkdtempSync(join(tmpdir(), "canal-binlog-"))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(bytes: Uint8Array): string {
  const path = join(folder, "binlog.000009")
  writeFileSync(path, bytes)
  return path
}

describe("from an offset", () => {
  test("the format comes first, then what lies from there on", async () => {
    const all = await allEvents(recordingPath("types-mysql"))
    const third = all[2]
    const some = await allEvents(recordingPath("types-mysql"), { from: third?.position ?? 0 })
    expect(some.map(({ position }) => position)).toEqual([4, ...all.slice(2).map(({ position }) => position)])
  })

  test.each([3, 5, 128, recorded.length - 5, recorded.length + 1])(
    "%i, where no event begins, is refused",
    async (from) => {
      await expect(allEvents(recordingPath("types-mysql"), { from })).rejects.toMatchObject({
        code: "POSITION_INVALID",
      })
    },
  )

  test("the end holds nothing but the format", async () => {
    expect(await allEvents(recordingPath("types-mysql"), { from: recorded.length })).toMatchObject([
      { type: "format-description" },
    ])
  })
})

test("an event longer than a piece is read whole", async () => {
  const body = Buffer.alloc(3_000_000, 7)
  const format = recorded.subarray(4, 4 + recorded.readUInt32LE(4 + 9))
  const events = [1, 2, 3].map(() => eventBytes({ type: 200, body, checksum: true }))
  const path = fileOf(Buffer.concat([recorded.subarray(0, 4), format, ...events]))
  const sizes = (await allEvents(path)).map(({ length }) => length)
  expect(sizes).toEqual([format.length, 3_000_023, 3_000_023, 3_000_023])
})

test.each([0, 18])("an event that says it has %i bytes is refused", async (length) => {
  const spoiled = Buffer.from(recorded)
  spoiled.writeUInt32LE(length, 4 + recorded.readUInt32LE(4 + 9) + 9)
  await expect(allEvents(fileOf(spoiled))).rejects.toMatchObject({ code: "MALFORMED" })
})

test("a file cut off anywhere gives its whole events, then the error", async () => {
  const all = await allEvents(recordingPath("types-mysql"))
  for (const cut of [5, 30, 150, 5000, 70_001]) {
    const got: number[] = []
    const reading = (async (): Promise<void> => {
      for await (const events of readBinlogFile(fileOf(recorded.subarray(0, cut)), { file: "b.9" }))
        for (const { position } of events) got.push(position)
    })()
    await expect(reading).rejects.toMatchObject({ code: "TRUNCATED" })
    expect(got).toEqual(all.filter(({ endPosition }) => endPosition <= cut).map(({ position }) => position))
  }
})

test("damage is noticed and told with file and place, behind what lies before it", async () => {
  const all = await allEvents(recordingPath("types-mysql"))
  const at = all.find(({ endPosition }) => endPosition > 5000)?.position ?? 0
  const damaged = Buffer.from(recorded)
  damaged.writeUInt8(damaged.readUInt8(at + 30) ^ 1, at + 30)
  const got: number[] = []
  const reading = (async (): Promise<void> => {
    for await (const events of readBinlogFile(fileOf(damaged)))
      got.push(...events.map(({ position }) => position))
  })()
  await expect(reading).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" })
  await expect(reading).rejects.toThrow(`binlog.000009:${at} `)
  expect(got).toEqual(all.map(({ position }) => position).filter((position) => position < at))
})

test("an encrypted binlog of MariaDB is refused by name, behind its first event", async () => {
  const format = recorded.subarray(0, 4 + recorded.readUInt32LE(4 + 9))
  const start = eventBytes({
    type: EventTypeCode.MARIADB_START_ENCRYPTION,
    body: Buffer.alloc(17),
    checksum: true,
  })
  await expect(allEvents(fileOf(Buffer.concat([format, start])))).rejects.toThrow(
    "binlog.000009 is encrypted",
  )
})

test("positions in a relay log are its own, whatever the source's events say", async () => {
  const format = recorded.subarray(4, 4 + recorded.readUInt32LE(4 + 9))
  const body = rotateBody("source-bin.000042", 7_000_000)
  const xid = { type: EventTypeCode.XID, body: Buffer.alloc(8), checksum: true }
  const parts = [
    format,
    eventBytes({ type: EventTypeCode.ROTATE, body, flags: 0x20, checksum: true }),
    eventBytes({ type: 15, body: format.subarray(19, -4), checksum: true }),
    eventBytes({ ...xid, statedEnd: 7_000_031 }),
    eventBytes({ ...xid, statedEnd: 7_000_500 }),
  ]
  const path = fileOf(Buffer.concat([recorded.subarray(0, 4), ...parts]))
  const events = await allEvents(path)
  let at = 4
  const expected = parts.map(({ length }) => ({
    file: "binlog.000009",
    position: at,
    endPosition: (at += length),
  }))
  expect(events).toMatchObject(expected)
  const [, , , third] = expected
  expect(await allEvents(path, { from: third?.position ?? 0 })).toMatchObject([
    expected[0],
    ...expected.slice(3),
  ])
})

function ends(events: readonly BinlogEvent[]): readonly number[] {
  return events.map(({ endPosition }) => endPosition)
}

describe("following", () => {
  test("a file that is being written gives its events as they become whole, up to its end", async () => {
    const all = ends(await allEvents(recordingPath("types-mysql")))
    const path = fileOf(recorded.subarray(0, 1000))
    const got: number[] = []
    let written = 1000
    for await (const events of readBinlogFile(path, { follow: true })) {
      got.push(...ends(events))
      expect(got).toEqual(all.filter((end) => end <= written))
      const more = Math.min(recorded.length, written + 90_011)
      appendFileSync(path, recorded.subarray(written, more))
      written = more
    }
    expect(got).toEqual(all)
  })

  test("a signal ends the waiting", async () => {
    const abort = new AbortController()
    const reason = new Error("enough")
    const reading = readBinlogFile(fileOf(recorded.subarray(0, 1000)), { follow: true, signal: abort.signal })
    await reading.next()
    const waiting = reading.next()
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  test("a file that becomes shorter is refused", async () => {
    const path = fileOf(recorded.subarray(0, 1000))
    const reading = readBinlogFile(path, { follow: true })
    await reading.next()
    truncateSync(path, 500)
    await expect(reading.next()).rejects.toMatchObject({ code: "TRUNCATED" })
  })
})

test.each([
  ["nothing", Buffer.alloc(0), /no binlog/],
  ["another file", Buffer.from("CREATE TABLE t(id INT)"), /no binlog/],
  ["an encrypted binlog", Buffer.from("fd62696e0101", "hex"), /encrypted/],
])("%s is refused", async (_, bytes, message) => {
  await expect(allEvents(fileOf(bytes))).rejects.toThrowError(message)
})

test("a signal ends the reading", async () => {
  await expect(
    allEvents(recordingPath("types-mysql"), { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({
    name: "AbortError",
  })
})
