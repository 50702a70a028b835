import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { eventBytes } from "../testing/event-bytes.ts"
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

test("damage is noticed", async () => {
  const damaged = Buffer.from(recorded)
  damaged.writeUInt8(damaged.readUInt8(5000) ^ 1, 5000)
  await expect(allEvents(fileOf(damaged))).rejects.toMatchObject({ name: "BinlogError" })
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
