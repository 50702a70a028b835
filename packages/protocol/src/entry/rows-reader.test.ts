import { expect, test } from "vitest"
import { recordedEntries, recordingsWith } from "../testing/recordings.ts"
import { decodeUtf8 } from "../wire/text.ts"
import type { Column, RowData } from "./column.ts"
import { decodeEntry } from "./entry.ts"
import type { ShapeColumn } from "./image-shape.ts"
import { decodeRowChange } from "./row-change.ts"
import { type FoundImage, RowsReader } from "./rows-reader.ts"

type Found = FoundImage<readonly ShapeColumn[]>

test.each(recordingsWith("entries.bin"))("%s: every row is recognised, and its values found", (name) => {
  const reader = new RowsReader((columns) => columns)
  for (const bytes of recordedEntries(name)) {
    const { entryType, storeValue } = decodeEntry(bytes)
    if (entryType !== "ROWDATA") continue
    const { rowDatas } = decodeRowChange(storeValue)
    const found: RowData[] = []
    const image = (each: Found): readonly Column[] => imageOf(storeValue, each)
    const isRecognised = reader.read(storeValue, {
      insert: (after) => found.push({ beforeColumns: [], afterColumns: image(after) }),
      delete: (before) => found.push({ beforeColumns: image(before), afterColumns: [] }),
      update: (before, after) => {
        found.push({ beforeColumns: image(before), afterColumns: image(after) })
        expectRepeated(storeValue, before, after)
      },
    })
    expect(isRecognised).toBe(rowDatas.length > 0)
    expect(found).toEqual(rowDatas)
  }
})

test("cut off or changed, no row is recognised that decoding refuses", () => {
  const entry = recordedEntries("images-mysql").find(({ length }) => length > 300) ?? Buffer.alloc(0)
  const { storeValue } = decodeEntry(entry)
  const reader = new RowsReader((columns) => columns)
  const visitor = { insert: ignore, update: ignore, delete: ignore }
  expect(reader.read(storeValue, visitor)).toBe(true)
  for (let length = 0; length < storeValue.length; length++) {
    const cut = storeValue.subarray(0, length)
    if (reader.read(cut, visitor)) expect(decodeRowChange(cut).rowDatas.length).toBeGreaterThan(0)
  }
})

test("numbers in more bytes than they need do not disturb what is known of a column", () => {
  const one = [0x01]
  const long = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]
  const reader = new RowsReader((columns) => columns)
  const seen: (string | undefined)[] = []
  const visitor = { insert: ignore, update: ignore, delete: ignore }
  for (const [index, isKey] of [
    [one, one],
    [one, long],
    [long, long],
    [one, one],
    [long, one],
  ] as const) {
    const storeValue = insertOf(index, isKey)
    const insert = (after: Found): unknown => seen.push(imageOf(storeValue, after)[0]?.value)
    const isRecognised = reader.read(storeValue, { ...visitor, insert })
    if (!isRecognised) seen.push(decodeRowChange(storeValue).rowDatas[0]?.afterColumns[0]?.value)
  }
  expect(seen).toEqual(["7", "7", "7", "7", "7"])
})

/** The RowChange of a row with one column `a`, whose index and isKey are written in these bytes. */
function insertOf(index: readonly number[], isKey: readonly number[]): Buffer {
  const front = [0x08, ...index, 0x10, 4, 0x1a, 1, 0x61, 0x20, ...isKey]
  const column = [...front, 0x28, 1, 0x30, 0, 0x42, 1, 0x37, 0x52, 3, 0x69, 0x6e, 0x74]
  const row = [0x12, column.length, ...column]
  return Buffer.from([0x08, 1, 0x10, 1, 0x50, 0, 0x62, row.length, ...row])
}

function imageOf(bytes: Buffer, { plan, places }: Found): readonly Column[] {
  return plan.map((column, i) => {
    const start = places.starts[i] ?? -1
    return {
      ...column,
      sqlType: places.sqlTypes[i] ?? 0,
      updated: places.updated[i] === 1,
      isNull: start < 0,
      value: start < 0 ? undefined : decodeUtf8(bytes, start, places.ends[i] ?? start),
    }
  })
}

/** What is marked as repeated is; and an image that has no other before it has nothing marked. */
function expectRepeated(bytes: Buffer, before: Found, after: Found): void {
  const old = imageOf(bytes, before)
  for (const [i, { value, updated }] of imageOf(bytes, after).entries()) {
    if (after.places.repeated[i] === 1) expect(value).toBe(old[i]?.value)
    else if (before.plan === after.plan && value !== undefined && !updated)
      expect(value).not.toBe(old[i]?.value)
  }
  expect(before.places.repeated.every((mark) => mark === 0)).toBe(true)
}

function ignore(): void {}
