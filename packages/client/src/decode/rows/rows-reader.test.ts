import { isDeepStrictEqual } from "node:util"
import { type Column, decodeRowChange, type Entry } from "@canal/protocol"
import * as fc from "fast-check"
import { expect, test, vi } from "vitest"
import { recorded, RECORDINGS } from "../../testing/recorded.ts"
import { columnOf, rowChangeBytes } from "../../testing/written-rows.ts"
import { changesOf, decodedChangesOf } from "../change.ts"
import { INPUT_ROOM } from "../row-layout.ts"
import { ImageShape } from "./image-shape.ts"
import { RowsReader, type RowsVisitor } from "./rows-reader.ts"
import { wasmImages } from "./wasm-images.ts"

if (wasmImages === undefined) throw new Error("this engine has no WebAssembly")
const reader = new RowsReader(wasmImages)

/** Counts rows. */
class Rows implements RowsVisitor {
  count = 0
  insert(): void {
    this.count++
  }
  update(): void {
    this.count++
  }
  delete(): void {
    this.count++
  }
}

/** How many rows are recognised; -1 where that is left to decoding. */
function recognised(storeValue: Buffer): number {
  const rows = new Rows()
  return reader.read(storeValue, rows) ? rows.count : -1
}

test.each(RECORDINGS)("%s: every row is recognised", (name) => {
  for (const { storeValue } of recorded(name)) {
    const { length } = decodeRowChange(storeValue).rowDatas
    expect(recognised(storeValue)).toBe(length > 0 ? length : -1)
  }
})

test("cut off, no row is recognised that decoding refuses", () => {
  const { storeValue } =
    recorded("images-mysql").find((entry) => entry.storeValue.length > 300) ?? entryOf([])
  expect(recognised(storeValue)).toBeGreaterThan(0)
  for (let length = 0; length < storeValue.length; length++) {
    const cut = storeValue.subarray(0, length)
    const count = recognised(cut)
    if (count >= 0) expect(decodeRowChange(cut).rowDatas.length).toBe(count)
  }
})

test("numbers in more bytes than they need do not disturb what is known of a column", () => {
  const one = [0x01]
  const long = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]
  for (const [index, isKey] of [
    [one, one],
    [one, long],
    [long, long],
    [one, one],
    [long, one],
  ] as const) {
    const front = [0x08, ...index, 0x10, 4, 0x1a, 1, 0x61, 0x20, ...isKey]
    const column = [...front, 0x28, 1, 0x30, 0, 0x42, 1, 0x37, 0x52, 3, 0x69, 0x6e, 0x74]
    const row = [0x12, column.length, ...column]
    const entry = {
      ...entryOf([]),
      storeValue: Buffer.from([0x08, 1, 0x10, 1, 0x50, 0, 0x62, row.length, ...row]),
    }
    expect(changesOf(entry)).toMatchObject([{ kind: "insert", after: { a: 7 } }])
  }
})

/** Types as Canal names them, with their sqlType. */
const types = [
  ["int", 4],
  ["bigint unsigned", -5],
  ["bit(64)", -7],
  ["year", 12],
  ["double", 8],
  ["float", 7],
  ["decimal(65,30)", 3],
  ["varchar(20)", 12],
  ["varbinary(20)", 2004],
  ["enum('a','größer')", 4],
  ["set('x','y','z')", -7],
  ["set", -7],
  ["json", 12],
  ["json", 2004],
] as const

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 70,
  }),
  fc.stringMatching(/^[0-9.E+-]{0,24}$/),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.integer().map(String),
  fc.double().map((double) => String(double).toUpperCase()),
  fc.json(),
)

test("any text as a value of any type is what decoding makes of it", () => {
  const column = fc.tuple(fc.constantFrom(...types), fc.option(anyText))
  let table = 20_000
  const property = fc.property(fc.array(column, { minLength: 1, maxLength: 24 }), (written) => {
    const columns = written.map(([[mysqlType, sqlType], value], i) =>
      columnOf(i, mysqlType, sqlType, value ?? undefined),
    )
    const entry = entryOf(columns, table++)
    expect(recognised(entry.storeValue)).toBe(1)
    expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
  })
  fc.assert(property, { numRuns: 400 })
})

test("any rows of one entry are what decoding makes of them, however many come together", () => {
  const text = fc.integer({ min: 0, max: 600 }).map((length) => "text ".repeat(120).slice(0, length))
  const value = fc.option(fc.oneof(anyText, text, fc.constant("[1,{}]".repeat(80))))
  const rows = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 40 })
  let table = 50_000
  const property = fc.property(
    fc.array(fc.constantFrom(...types), { minLength: 3, maxLength: 3 }),
    rows,
    fc.integer({ min: 1, max: 60 }),
    fc.boolean(),
    (columns, values, times, hasOther) => {
      const images: (readonly Column[])[] = values.map((row) =>
        row.map((of, i) => {
          const [mysqlType, sqlType] = columns[i] ?? ["int", 4]
          return columnOf(i, mysqlType, sqlType, of ?? undefined)
        }),
      )
      // A row of another shape among them.
      if (hasOther) images.splice(images.length >> 1, 0, image("other", "x"))
      const inserted = images.map((after) => ({ before: [], after }))
      const storeValue = rowChangeBytes(1, Array.from({ length: times }, () => inserted).flat(), table++)
      expect(recognised(storeValue)).toBe(images.length * times)
      const entry = { ...entryOf([]), storeValue }
      expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
    },
  )
  fc.assert(property, { numRuns: 60 })
})

test.each([
  ["usual", ["b", "a", "2", "1", "with space", "a'\n\\\"`${0}", "é"]],
  ["unusual", ["a", "__proto__", "constructor", "a"]],
])("many rows whose columns have %s names are plain objects with properties of their own", (_, names) => {
  const [kind, eventTypes] = ["varchar(20)", { insert: 1, delete: 3 }]
  for (const [type, eventType] of Object.entries(eventTypes)) {
    const rows = Array.from({ length: 20 }, (_row, row) => {
      const columns = names.map((name, i) => ({ ...columnOf(i, kind, 12, `${row} ${i}`), name }))
      return type === "insert" ? { before: [], after: columns } : { before: columns, after: [] }
    })
    const entry = { ...entryOf([]), storeValue: rowChangeBytes(eventType, rows, 60_000 + names.length) }
    expect(recognised(entry.storeValue)).toBe(20)
    const expected = decodedChangesOf(entry)
    expect(changesOf(entry)).toStrictEqual(expected)
    for (const change of changesOf(entry)) {
      const row = "after" in change ? change.after : "before" in change ? change.before : {}
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
      expect(Object.keys(row).length).toBe(new Set(names).size)
    }
  }
})

test("documents of one shape are what decoding makes of them, also where members are not what they mostly were", () => {
  const usual = { id: 1, name: "short", tags: ["a", "b"], price: 1.5, parent: { id: 2 }, note: null }
  const one = fc.constantFrom(
    -3,
    2.5,
    "text",
    "größer als sonst, länger als sechzehn",
    "字 and ascii",
    true,
    false,
    null,
  )
  const anything = fc.oneof(one, fc.array(one, { maxLength: 6 }), fc.record({ id: one }), fc.constant({}))
  const documents = fc.array(
    fc.record(
      { id: anything, name: anything, tags: anything, price: anything, parent: anything, note: anything },
      { noNullPrototype: true },
    ),
    { minLength: 1, maxLength: 40 },
  )
  let table = 70_000
  const property = fc.property(documents, (others) => {
    const written = [...Array.from({ length: 80 }, () => usual), ...others].map((document) => {
      const text = JSON.stringify(document)
      return { before: [], after: [columnOf(0, "json", 12, text), columnOf(1, "json", 12, `[${text}, 1]`)] }
    })
    const entry = { ...entryOf([]), storeValue: rowChangeBytes(1, written, table++) }
    expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
  })
  fc.assert(property, { numRuns: 60 })
})

test("any update is what decoding makes of it, whatever it repeats", () => {
  const change = fc.tuple(fc.constantFrom(...types), fc.option(anyText), fc.boolean(), fc.option(anyText))
  let table = 30_000
  const property = fc.property(fc.array(change, { minLength: 1, maxLength: 24 }), (written) => {
    const before = written.map(([[mysqlType, sqlType], value], i) =>
      columnOf(i, mysqlType, sqlType, value ?? undefined),
    )
    const after = written.map(([[mysqlType, sqlType], value, repeats, other], i) =>
      columnOf(i, mysqlType, sqlType, (repeats ? value : other) ?? undefined),
    )
    const storeValue = rowChangeBytes(
      2,
      [
        { before, after },
        { before: after, after: before },
        { before, after: before },
      ],
      table++,
    )
    expect(recognised(storeValue)).toBe(3)
    const entry = { ...entryOf([]), storeValue }
    for (let i = 0; i < 2; i++) expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
  })
  fc.assert(property, { numRuns: 300 })
})

test("bytes that are no UTF-8 become what they become in decoding", () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString("latin1"))
  const property = fc.property(fc.constantFrom(...types), bytes, ([mysqlType, sqlType], text) => {
    const mark = "\u0001".repeat(text.length)
    const { storeValue } = entryOf([columnOf(0, mysqlType, sqlType, mark)], 9003)
    storeValue.write(text, storeValue.lastIndexOf(mark), "latin1")
    const entry = { ...entryOf([]), storeValue }
    const [ours, expected] = [changesOf(entry), decodedChangesOf(entry)]
    if (!isDeepStrictEqual(ours, expected)) expect(ours).toEqual(expected)
  })
  fc.assert(property, { numRuns: 2000 })
})

test("long text of characters of any size, whole or damaged, is what it becomes in decoding", () => {
  // The first and the last one of each size, and beside the surrogates.
  const points = [0x61, 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x6771, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]
  const character = fc.constantFrom(...points.map((point) => String.fromCodePoint(point)))
  const text = fc.array(character, { minLength: 12, maxLength: 60 }).map((characters) => characters.join(""))
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 })
  const property = fc.property(text, damage, (whole, damages) => {
    const { storeValue } = entryOf([columnOf(0, "varchar(99)", 12, whole)], 9004)
    const length = Buffer.byteLength(whole)
    const start = storeValue.indexOf(whole)
    for (const [at, byte] of damages) storeValue[start + (at % length)] = byte
    const entry = { ...entryOf([]), storeValue }
    const [ours, expected] = [changesOf(entry), decodedChangesOf(entry)]
    if (!isDeepStrictEqual(ours, expected)) expect(ours).toEqual(expected)
  })
  fc.assert(property, { numRuns: 5000 })
})

test("an update takes values that it repeats from the row before, unless they are objects", () => {
  const before = [
    columnOf(0, "int", 4, "7"),
    columnOf(1, "json", 12, '{"x":1,"y":"text"}'),
    columnOf(2, "varbinary(9)", 2004, "ÿ"),
    columnOf(3, "varchar(9)", 12, "東京"),
    columnOf(4, "int", 4, undefined),
    columnOf(5, "int", 4, "5"),
  ]
  const after = before.map((column) => (column.index === 5 ? { ...column, value: "6" } : column))
  const entry = { ...entryOf([]), storeValue: rowChangeBytes(2, [{ before, after }]) }
  // The second time all keys of JSON are known.
  changesOf(entry)
  const [change] = changesOf(entry)
  if (change?.kind !== "update") throw new Error("no update")
  const common = { c0: 7, c1: { x: 1, y: "text" }, c2: Uint8Array.of(255), c3: "東京", c4: null }
  expect(change.before).toEqual({ ...common, c5: 5 })
  expect(change.after).toEqual({ ...common, c5: 6 })
  expect(change.after["c1"]).not.toBe(change.before["c1"])
  expect(change.after["c2"]).not.toBe(change.before["c2"])
})

test("a column may come with several sqlTypes", () => {
  for (const sqlType of [4, -5, 3, 4, 12, -7, 4]) {
    const entry = entryOf([columnOf(0, "bigint unsigned", sqlType, "18446744073709551615")])
    expect(changesOf(entry)).toMatchObject([{ after: { c0: 18_446_744_073_709_551_615n } }])
  }
})

test("both images of an update find room, also where one takes that of all others", () => {
  for (let table = 0; table < 400; table++) {
    const wide = Array.from({ length: 200 }, (_, i) => columnOf(i, `decimal(${table},2)`, 3, "1.25"))
    const rows = [{ before: wide.slice(0, 100), after: wide }]
    const entry = { ...entryOf([]), storeValue: rowChangeBytes(2, rows, 60_000 + table) }
    expect(recognised(entry.storeValue)).toBe(1)
    expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
  }
})

test("the images of an update that find no room beside each other are left to decoding", () => {
  for (const sqlType of [3, 4, 8, 12]) {
    for (const name of ["a", "b"]) {
      const after = longImage(name, sqlType)
      expect(recognised(rowChangeBytes(1, [{ before: [], after }], 9006))).toBe(1)
    }
  }
  const row = { before: longImage("a", 3), after: longImage("b", 3) }
  const entry = { ...entryOf([]), storeValue: rowChangeBytes(2, [row], 9006) }
  expect(entry.storeValue.length).toBeLessThan(INPUT_ROOM)
  expect(recognised(entry.storeValue)).toBe(-1)
  expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
})

test("rows without columns, or of events that have none, are what decoding makes of them", () => {
  for (const eventType of [0, 1, 2, 3, 4, 5, 99]) {
    for (const count of [1, 2]) {
      const rows = Array.from({ length: count }, () => ({ before: [], after: [] }))
      const entry = { ...entryOf([]), storeValue: rowChangeBytes(eventType, rows, 9007) }
      expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
    }
  }
})

test("a sqlType that is none of Java's is left to decoding", () => {
  for (const sqlType of [32_767, -32_768, 32_768, -32_769, 1_000_000]) {
    const entry = entryOf(
      [columnOf(0, "int", sqlType, "5"), columnOf(1, "text", sqlType, "x")],
      100_000 + sqlType,
    )
    expect(recognised(entry.storeValue)).toBe(Math.abs(sqlType + 0.5) < 32_768 ? 1 : -1)
    expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
  }
})

test("tables of any width, more of them than there is room for, and values of any length come through", () => {
  for (const width of [1, 300, 4096, 4097]) {
    const columns = Array.from({ length: width }, (_, i) => columnOf(i, `varchar(${i})`, 12, `${i} ü 東`))
    const entry = entryOf(columns, 10_000 + width)
    expect(recognised(entry.storeValue)).toBe(width > 4096 ? -1 : 1)
    expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
  }
  for (let table = 0; table < 3000; table++) {
    const columns = Array.from({ length: 20 }, (_, i) => columnOf(i, `decimal(${table},2)`, 3, "1.25"))
    expect(recognised(entryOf(columns, table).storeValue)).toBe(1)
  }
  for (const length of [0, 127, 128, 16_383, 16_384, 300_000, 2_000_000]) {
    const columns = ["x", "ÿ", "東"].map((sign, i) => columnOf(i, "text", 12, sign.repeat(length / 6)))
    const entry = entryOf(columns, 10_000)
    expect(recognised(entry.storeValue)).toBe(length > 1_000_000 ? -1 : 1)
    expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
  }
})

test("an image that is like many others but for its end leaves no traces of having been tried", () => {
  for (let i = 0; i < 16; i++) expect(recognised(entryOf(image(`n${i}`, "東"), 9000).storeValue)).toBe(1)
  const rows = [{ before: image("n0", "ü"), after: image("other", "東".repeat(300_000)) }]
  const entry = { ...entryOf([]), storeValue: rowChangeBytes(2, rows, 9000) }
  for (let i = 0; i < 3; i++) expect(isDeepStrictEqual(changesOf(entry), decodedChangesOf(entry))).toBe(true)
})

test("of more shapes than are remembered only few are learned anew", () => {
  const entries = Array.from({ length: 40 }, (_, i) => entryOf(image(`s${i}`, "x"), 9001))
  for (const entry of entries) changesOf(entry)
  const description = vi.spyOn(ImageShape.prototype, "description")
  for (const entry of entries) expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
  expect(description.mock.calls.length).toBeLessThan(5)
  description.mockRestore()
  // Another one that comes again and again is learned in the end.
  const other = entryOf(image("other", "x"), 9001)
  const counts = Array.from({ length: 17 }, () => recognised(other.storeValue))
  expect(counts.at(-1)).toBe(1)
})

test("wide shapes do not push each other out of their room row by row", () => {
  const id = 9002
  for (let i = 0; i < 14; i++) {
    const columns = Array.from({ length: 4096 }, (_, j) => columnOf(j + i, "int", 4, "1"))
    changesOf(entryOf(columns, id))
  }
  const rows = Array.from({ length: 50 }, (_, i) => ({
    before: [],
    after: [columnOf(i % 2, "char", 12, "x")],
  }))
  const entry = { ...entryOf([]), storeValue: rowChangeBytes(1, rows, id) }
  const description = vi.spyOn(ImageShape.prototype, "description")
  for (let i = 0; i < 5; i++) expect(changesOf(entry)).toEqual(decodedChangesOf(entry))
  expect(description.mock.calls.length).toBeLessThan(40)
  description.mockRestore()
})

/** An image of a text and of a column that is called so. */
function image(name: string, text: string): readonly Column[] {
  return [columnOf(0, "text", 12, text), { ...columnOf(1, "int", 4, "1"), name }]
}

/** An image of as many columns as there may be, all NULL, with long names. */
function longImage(name: string, sqlType: number): readonly Column[] {
  return Array.from({ length: 4096 }, (_, i) => {
    return { ...columnOf(i, "int", sqlType, undefined), name: `${name.repeat(96)}${i}` }
  })
}

/** An entry that inserts a row. */
function entryOf(after: readonly Column[], tableId = 1): Entry {
  const [entry] = recorded("images-mysql")
  if (entry === undefined) throw new Error("nothing was recorded")
  const storeValue = rowChangeBytes(1, [{ before: [], after }], tableId)
  return { header: entry.header, entryType: "ROWDATA", storeValue }
}
