import type { Column } from "@canal/protocol"
import { expect, test } from "vitest"
import { columnOf, rowChangeBytes } from "../../testing/written-rows.ts"
import { MOST_FORMS } from "../row-layout.ts"
import { ByteCursor } from "./byte-cursor.ts"
import { ImageShape, writtenColumns, type WrittenColumn } from "./image-shape.ts"
import { AFTER_COLUMN, passRowHead, passRowsHead } from "./row-heads.ts"
import { wasmImages } from "./wasm-images.ts"

if (wasmImages === undefined) throw new Error("this engine has no WebAssembly")
const images = wasmImages
const cursor = new ByteCursor(images.bytes)

/** Puts a row with this image where images are read. @returns where the image ends; the cursor is at its beginning */
function enter(columns: readonly Column[]): number {
  const storeValue = rowChangeBytes(1, [{ before: [], after: columns }])
  images.enter(storeValue)
  cursor.at = images.input
  cursor.end = cursor.at + storeValue.length
  passRowsHead(cursor)
  return passRowHead(cursor)
}

/** How the columns at the cursor are written, where it then still stands. */
function written(end: number): readonly WrittenColumn[] {
  const { at } = cursor
  const columns = writtenColumns(cursor, AFTER_COLUMN, end)
  cursor.at = at
  return columns ?? []
}

/** Lengths around those at which a head and a back take another vector. */
const lengths = [0, 3, 4, 5, 13, 14, 15, 19, 20, 21, 30, 31, 35, 36, 37, 64, 130]

test.each([undefined, "", "12345", "x".repeat(130)])(
  "a column with the value %o is known by each bit of it, but for the flags' values and its own",
  (value) => {
    for (const [i, length] of lengths.entries()) {
      for (const typeLength of [lengths.at(i - 1), length, lengths.at(-1 - i)]) {
        const type = `int${"x".repeat(typeLength ?? 0)}`
        const end = enter([{ ...columnOf(0, type, 4, value), name: "n".repeat(length) }])
        const columns = written(end)
        const shape = new ImageShape(columns)
        const valueEnd = end - (columns[0]?.back.length ?? 0)
        const valueAt = valueEnd - (value ?? "").length
        const flagsAt = images.bytes.indexOf(Buffer.of(0x28, 1, 0x30, Number(value === undefined)), cursor.at)
        for (let at = cursor.at; at < end; at++) {
          const byte = images.bytes[at] ?? 0
          for (let bit = 0; bit < 8; bit++) {
            images.bytes[at] = byte ^ (1 << bit)
            const isFree = at >= valueAt && at < valueEnd
            const isFlag = bit === 0 && (at === flagsAt + 1 || at === flagsAt + 3)
            const found = images.match(shape, cursor.at, end, AFTER_COLUMN)
            if (found !== (isFree || isFlag ? end : 0)) expect([length, type, at, bit, found]).toEqual([])
          }
          images.bytes[at] = byte
        }
        expect(images.match(shape, cursor.at, end, AFTER_COLUMN)).toBe(end)
      }
    }
  },
)

test.each([1, 20, 21, 64, 200])(
  "a column comes in several forms between others, its name of %i bytes",
  (length) => {
    const image = (sqlType: number, value?: string): readonly Column[] => [
      columnOf(0, "int", 4, "1"),
      { ...columnOf(1, `enum('${"x".repeat(length)}')`, sqlType, value), name: "n".repeat(length) },
      columnOf(2, "varchar(9)", 12, "text"),
    ]
    const shape = new ImageShape(written(enter(image(4))))
    const known = [4, -5, 12, 300]
    expect(known.length).toBe(MOST_FORMS)
    for (const sqlType of known) {
      expect(shape.learn(written(enter(image(sqlType))))).toBe(sqlType !== 4)
      images.forget(shape)
      expect(shape.description()?.length).toBe(shape.room)
    }
    for (const value of [undefined, "1", "x".repeat(200)]) {
      for (const sqlType of [...known, 5]) {
        const end = enter(image(sqlType, value))
        expect(images.match(shape, cursor.at, end, AFTER_COLUMN)).toBe(sqlType === 5 ? 0 : end)
      }
    }
    expect(shape.learn(written(enter(image(5))))).toBe(false)
  },
)

test("a column that ends behind its image's end is none of it", () => {
  const end = enter([columnOf(0, "int", 4, "1"), columnOf(1, "int", 4, "2")])
  const shape = new ImageShape(written(end))
  for (let earlier = cursor.at; earlier < end; earlier++) {
    expect(images.match(shape, cursor.at, earlier, AFTER_COLUMN)).toBe(0)
  }
  expect(images.match(shape, cursor.at, end, AFTER_COLUMN)).toBe(end)
})
