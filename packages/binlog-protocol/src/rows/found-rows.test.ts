import { isDeepStrictEqual } from "node:util"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { BinlogError } from "../errors.ts"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { bareColumn } from "../testing/columns.ts"
import { jsonBytes, type Plain } from "../testing/json-bytes.ts"
import { allEvents, eventsOf, recordingNames, recordingPath } from "../testing/recordings.ts"
import { foundReader, plainReader } from "../testing/row-readers.ts"
import { columnCodec } from "../value/codecs.ts"
import { charsetOfCollation } from "../value/collation.ts"
import { ColumnType } from "../value/column-type.ts"
import type { Column } from "../value/column.ts"
import {
  IMAGES_ROOM,
  JSON_SLOTS,
  KIND_OBJECT,
  PIECE_LENGTH,
  ROWS_ROOM,
  SLOTS_TOGETHER,
} from "./value-layout.ts"
import { wasmValues } from "./wasm-values.ts"

/* WebAssembly and JavaScript read the same. What that has to be is tested with the codecs, and against recordings. */

const { TINY, SHORT, INT24, LONG, LONGLONG, VARCHAR, STRING, BLOB, BIT, JSON: DOCUMENT } = ColumnType
const UTF8 = 45

function table(columns: readonly Column[]): TableMap {
  return { tableId: 1, schema: "s", table: "t", columns, primaryKey: undefined }
}

interface Images {
  readonly beforeColumns: Uint8Array | undefined
  readonly afterColumns: Uint8Array | undefined
}

const ALL = Buffer.alloc(512, 0xff)
const INSERT: Images = { beforeColumns: undefined, afterColumns: ALL }
const UPDATE: Images = { beforeColumns: ALL, afterColumns: ALL }
const DELETE: Images = { beforeColumns: ALL, afterColumns: undefined }

function rowsEvent(map: TableMap, images: Images, rows: Buffer): RowsEvent {
  return {
    type: "rows",
    kind:
      images.beforeColumns === undefined ? "insert" : images.afterColumns === undefined ? "delete" : "update",
    table: map,
    tableId: 1,
    endsStatement: true,
    ...images,
    rows,
    file: "binlog.000001",
    position: 4,
    endPosition: 100,
    length: 96,
    timestamp: 0,
    serverId: 1,
    typeCode: 30,
    flags: 0,
  }
}

/** Expects both readers to give the same of the rows, or to refuse them alike; gives how many there are. */
function expectSame(columns: readonly Column[], images: Images, rows: Buffer): number {
  const map = table(columns)
  const event = rowsEvent(map, images, rows)
  const [found, plain] = [foundReader, plainReader].map((make) => {
    try {
      return make(map)(event)
    } catch (error) {
      if (!(error instanceof BinlogError)) throw error
      return `${error.code}: ${error.message}`
    }
  })
  if (!isDeepStrictEqual(found, plain)) {
    expect(found).toEqual(plain)
    expect.fail("The values are of other types")
  }
  return Array.isArray(plain) ? plain.length : -1
}

/** Inserts of a column with these values, which are all not NULL. */
function insertsOf(values: readonly Buffer[]): Buffer {
  return Buffer.concat(values.flatMap((value) => [Buffer.of(0), value]))
}

/** A value behind its length. */
function prefixed(value: Buffer, prefix: number): Buffer {
  const length = Buffer.alloc(prefix)
  length.writeUIntLE(value.length, 0, prefix)
  return Buffer.concat([length, value])
}

/** Numbers that only the seed decides. */
function randomBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc((size + 3) & ~3)
  let state = seed
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at)
  }
  return bytes.subarray(0, size)
}

/** A hundred values of a size, of which the first are no random ones. */
function anyValues(size: number): Buffer[] {
  const bytes = randomBytes(size * 100, size)
  const values = Array.from({ length: 100 }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
  const bits = Array.from({ length: size * 8 }, (_, bit) => {
    const value = Buffer.alloc(size)
    value[bit >> 3] = 1 << (bit & 7)
    return value
  })
  return [Buffer.alloc(size), Buffer.alloc(size, 0xff), ...bits, ...values]
}

const integers = (
  [
    ["TINYINT", TINY],
    ["SMALLINT", SHORT],
    ["MEDIUMINT", INT24],
    ["INT", LONG],
    ["BIGINT", LONGLONG],
  ] as const
).flatMap(
  ([name, type]) =>
    [
      [name, bareColumn(type)],
      [`${name} UNSIGNED`, bareColumn(type, 0, { unsigned: true })],
    ] as const,
)

/** Columns whose values all occupy as many bytes. */
const fixed: readonly (readonly [string, Column])[] = [
  ...integers,
  ["FLOAT", bareColumn(ColumnType.FLOAT, 4)],
  ["DOUBLE", bareColumn(ColumnType.DOUBLE, 8)],
  ["YEAR", bareColumn(ColumnType.YEAR)],
  ["DATE", bareColumn(ColumnType.DATE)],
  ...[0, 1, 2, 3, 4, 5, 6].flatMap(
    (digits) =>
      [
        [`TIME(${digits})`, bareColumn(ColumnType.TIME2, digits)],
        [`DATETIME(${digits})`, bareColumn(ColumnType.DATETIME2, digits)],
        [`TIMESTAMP(${digits})`, bareColumn(ColumnType.TIMESTAMP2, digits)],
      ] as const,
  ),
  ...[0, 3].flatMap(
    (oldFraction) =>
      [
        [`TIME(${oldFraction}) of old`, bareColumn(ColumnType.TIME, 0, { oldFraction })],
        [`DATETIME(${oldFraction}) of old`, bareColumn(ColumnType.DATETIME, 0, { oldFraction })],
        [`TIMESTAMP(${oldFraction}) of old`, bareColumn(ColumnType.TIMESTAMP, 0, { oldFraction })],
      ] as const,
  ),
  ...[1, 7, 12, 24, 40, 48, 53, 54, 64].map((bits) => [`BIT(${bits})`, bareColumn(BIT, bits)] as const),
  ...[1, 2].map(
    (size) => [`ENUM of ${size} bytes`, bareColumn(ColumnType.ENUM, size, { labels: ["a", "b"] })] as const,
  ),
  ...[1, 2, 3, 4, 8].map(
    (size) => [`SET of ${size} bytes`, bareColumn(ColumnType.SET, size, { labels: ["a", "b"] })] as const,
  ),
]

test.each(fixed)("%s of any bytes", (_name, column) => {
  const { width } = columnCodec(column)
  const values = anyValues(width)
  // A value that is refused is alone; the others are also read together.
  const sound = values.filter((value) => expectSame([column], INSERT, insertsOf([value])) === 1)
  expect(sound.length).toBeGreaterThan(2)
  expect(expectSame([column], INSERT, insertsOf(sound))).toBe(sound.length)
})

test("whole numbers around the greatest that a number holds", () => {
  const edges = [2n ** 53n, 2n ** 31n, 2n ** 32n, 2n ** 63n].flatMap((edge) => [edge - 1n, edge, edge + 1n])
  const bytes = [...edges, ...edges.map((edge) => -edge)].map((value) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
    return bytes
  })
  for (const unsigned of [false, true])
    expectSame([bareColumn(LONGLONG, 0, { unsigned })], INSERT, insertsOf(bytes))
  expectSame(
    [bareColumn(BIT, 64)],
    INSERT,
    insertsOf(bytes.map((value) => value.toReversed()).map((value) => Buffer.from(value))),
  )
})

test("DECIMAL of every precision and scale, of any bytes", () => {
  for (let precision = 1; precision <= 65; precision++) {
    for (let scale = 0; scale <= Math.min(precision, 30); scale += 1 + (precision & 1)) {
      const column = bareColumn(ColumnType.NEWDECIMAL, (precision << 8) | scale)
      const size = columnCodec(column).width
      const any = anyValues(size).slice(0, 16)
      // Groups that are in range: each byte less than what its group may begin with.
      const small = any.map((value) =>
        Buffer.from(value.map((byte, index) => (index === 0 ? 0x80 : byte & 0x0f))),
      )
      for (const value of any) expectSame([column], INSERT, insertsOf([value]))
      expectSame(
        [column],
        INSERT,
        insertsOf([...small, ...small.map((value) => Buffer.from(value.map((byte) => ~byte)))]),
      )
    }
  }
})

/** An integer, text of a length, and a DATETIME(6). */
function textRow(length: number, last: string): Buffer {
  return Buffer.concat([
    Buffer.of(0, 1, 2, 3, 4),
    prefixed(Buffer.from("x".repeat(length) + last), 2),
    Buffer.from("99b3f4c8b80c0d0e", "hex"),
  ])
}

describe("text", () => {
  const alphabets = ["aZ09 ~", "aé", "ÿ\u0080a", "aб漢", "a😀", "a\0\n"].map((text) => Array.from(text))
  const texts = fc
    .tuple(fc.constantFrom(...alphabets), fc.nat({ max: 70 }), fc.infiniteStream(fc.nat()))
    .map(([alphabet, length, numbers]) =>
      Array.from(numbers.take(length), (number) => alphabet[number % alphabet.length] ?? "").join(""),
    )

  test("of any characters and many lengths, many rows together", () => {
    const column = bareColumn(VARCHAR, 255, { collation: UTF8 })
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { maxLength: 60 }), (rows) => {
        const bytes = rows.flatMap((values) => [
          Buffer.of(0),
          ...values.map((value) => prefixed(Buffer.from(value), 1)),
        ])
        expect(expectSame([column, column], INSERT, Buffer.concat(bytes))).toBe(rows.length)
      }),
      { numRuns: 300 },
    )
  })

  test("of lengths up to beyond the piece, other columns before and behind", () => {
    const columns = [
      bareColumn(LONG),
      bareColumn(BLOB, 2, { collation: UTF8 }),
      bareColumn(ColumnType.DATETIME2, 6),
    ]
    const lengths = [0, 1, 15, 16, 17, 31, 900, 940, 944, 945, 960, 1000, 1007, 1008, 1009]
    for (let length = PIECE_LENGTH - 3; length < PIECE_LENGTH + 3; length++) lengths.push(length)
    for (const last of ["", "é", "😀"]) {
      const rows = lengths.map((length) => textRow(length, last))
      for (const row of rows) expect(expectSame(columns, INSERT, Buffer.concat([row, row, row]))).toBe(3)
      expect(expectSame(columns, INSERT, Buffer.concat(rows))).toBe(rows.length)
      expect(expectSame(columns, INSERT, Buffer.concat(rows.toReversed()))).toBe(rows.length)
    }
  })

  test("of any bytes in every character set", () => {
    const seen = new Set<string>()
    for (let collation = 1; collation < 4096; collation++) {
      const name = charsetOfCollation(collation)
      if (seen.has(name)) continue
      seen.add(name)
      const ascii = Buffer.from(Array.from({ length: 128 }, (_, byte) => byte))
      const any = [7, 16, 40, 255].map((size) => randomBytes(size, collation))
      const values = [ascii, Buffer.alloc(0), ...any].map((value) => prefixed(value, 1))
      for (const type of [VARCHAR, STRING])
        expectSame([bareColumn(type, 255, { collation })], INSERT, insertsOf(values))
      expectSame([bareColumn(BLOB, 1, { collation })], INSERT, insertsOf(values))
    }
    expect(seen.size).toBeGreaterThan(35)
  })
})

test("bytes share no memory with the event or with other values", () => {
  const columns = [bareColumn(BLOB, 1), bareColumn(VARCHAR, 10, { collation: 63 })]
  const map = table(columns)
  const rows = Buffer.from("000201020103000201020103", "hex")
  const read = foundReader(map)
  const [first, second] = read(rowsEvent(map, INSERT, rows))
  read(rowsEvent(map, INSERT, Buffer.from("000209090109", "hex")))
  rows.fill(0)
  expect(first).toEqual({ before: undefined, after: [Uint8Array.of(1, 2), Uint8Array.of(3)] })
  expect(second?.after).toEqual(first?.after)
  const buffers = [first, second]
    .flatMap((row) => row?.after)
    .map((value) => (value instanceof Uint8Array ? value.buffer : value))
  expect(new Set(buffers).size).toBe(4)
})

const scalars: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.integer(),
  fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 8),
  fc.string({ unit: "grapheme", maxLength: 30 }),
)
const documents: fc.Arbitrary<Plain> = fc.letrec<{ document: Plain }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    scalars,
    fc.array(tie("document"), { maxLength: 6 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie("document"), { maxKeys: 6, noNullPrototype: true }),
  ),
})).document

/** A column of any kind, and an arbitrary for its value. */
const cells = fc.oneof(
  fc.constantFrom(...fixed.map(([, column]) => column)).chain((column) => {
    const { width } = columnCodec(column)
    // Small numbers are valid for most types.
    const bytes = fc.uint8Array({ minLength: width, maxLength: width, max: 9 })
    return fc.record({ column: fc.constant(column), value: bytes.map((value) => Buffer.from(value)) })
  }),
  fc
    .tuple(fc.constantFrom(UTF8, 8, 28, 63, undefined), fc.string({ unit: "grapheme", maxLength: 40 }))
    .map(([collation, value]) => ({
      column: bareColumn(VARCHAR, 200, { collation }),
      value: prefixed(Buffer.from(value).subarray(0, 200), 1),
    })),
  fc
    .uint8Array({ maxLength: 40 })
    .map((value) => ({ column: bareColumn(BLOB, 2), value: prefixed(Buffer.from(value), 2) })),
  documents.map((value) => ({ column: bareColumn(DOCUMENT, 4), value: prefixed(jsonBytes(value), 4) })),
)

/** An image of the columns that are present, of which some are NULL. */
function imageOf(values: readonly Buffer[], presence: Uint8Array, nulls: readonly boolean[]): Buffer {
  const present = values.filter((_, ordinal) => ((presence[ordinal >> 3] ?? 0) >> (ordinal & 7)) & 1)
  const bits = Buffer.alloc((present.length + 7) >> 3)
  const parts = present.map((value, index) => {
    if (nulls[index] !== true) return value
    bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
    return Buffer.alloc(0)
  })
  return Buffer.concat([bits, ...parts])
}

const presence = fc.oneof(fc.constant(ALL), fc.uint8Array({ minLength: 2, maxLength: 2 }))
const nulls = fc.array(fc.boolean(), { maxLength: 12 })

test("images of any columns, absent, NULL, repeated by an update, cut off", () => {
  fc.assert(
    fc.property(
      fc.array(cells, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(INSERT, UPDATE, DELETE),
      presence,
      presence,
      fc.array(fc.tuple(nulls, nulls, fc.boolean()), { minLength: 1, maxLength: 8 }),
      fc.nat({ max: 20 }),
      (row, { beforeColumns, afterColumns }, before, after, rows, cut) => {
        const images: Images = {
          beforeColumns: beforeColumns === undefined ? undefined : before,
          afterColumns: afterColumns === undefined ? undefined : after,
        }
        const values = row.map(({ value }) => value)
        const changed = values.map((value, ordinal) =>
          ordinal % 3 === 1 ? value : value.map((byte, at) => (at === value.length - 1 ? byte ^ 1 : byte)),
        )
        const bytes = Buffer.concat(
          rows.flatMap(([oldNulls, newNulls, isChanged]) => [
            ...(images.beforeColumns === undefined ? [] : [imageOf(values, images.beforeColumns, oldNulls)]),
            ...(images.afterColumns === undefined
              ? []
              : [
                  imageOf(
                    isChanged ? changed.map((value) => Buffer.from(value)) : values,
                    images.afterColumns,
                    newNulls,
                  ),
                ]),
          ]),
        )
        const columns = row.map(({ column }) => column)
        expectSame(columns, images, bytes)
        expectSame(columns, images, bytes.subarray(0, Math.max(0, bytes.length - cut)))
      },
    ),
    { numRuns: 1500 },
  )
})

/** A number, short text, and many bytes. */
function numberedRow(index: number, size: number): Buffer {
  return Buffer.concat([
    Buffer.of(0, index & 0xff),
    prefixed(Buffer.from(`row ${index}`), 1),
    prefixed(Buffer.alloc(size, index), 4),
  ])
}

test("more rows than are read together, and more than there is room for", () => {
  const columns = [bareColumn(TINY), bareColumn(VARCHAR, 20, { collation: UTF8 }), bareColumn(BLOB, 4)]
  const few = Array.from({ length: SLOTS_TOGETHER }, (_, index) => numberedRow(index, 0))
  expect(expectSame(columns, INSERT, Buffer.concat(few))).toBe(few.length)
  const many = Array.from({ length: 20_000 }, (_, index) => numberedRow(index, 10))
  const rows = Buffer.concat(many)
  expect(rows.length).toBeGreaterThan(2 * ROWS_ROOM)
  expect(expectSame(columns, INSERT, rows)).toBe(many.length)
  expect(expectSame(columns, INSERT, rows.subarray(0, -1))).toBe(-1)
  // One that is larger than the room, among others; one whose length lies.
  for (const size of [ROWS_ROOM - 100, ROWS_ROOM, 2 ** 20, 2 ** 20 + 1])
    expect(
      expectSame(
        columns,
        INSERT,
        Buffer.concat([
          numberedRow(1, 5),
          numberedRow(2, size),
          numberedRow(3, 5),
          numberedRow(4, size),
          numberedRow(5, 0),
        ]),
      ),
    ).toBe(5)
  expect(expectSame(columns, INSERT, Buffer.from("00 01 00 ffffffff 00".replaceAll(" ", ""), "hex"))).toBe(-1)
})

/** An insert of a document. */
function insertOf(document: Buffer): Buffer {
  return insertsOf([prefixed(document, 4)])
}

describe("documents", () => {
  const column = bareColumn(DOCUMENT, 4)
  /** Has the shapes of a document known. */
  function learn(document: Plain): void {
    const row = insertOf(jsonBytes(document))
    const rows = Buffer.concat(Array.from({ length: 120 }, () => row))
    expect(expectSame([column], INSERT, rows)).toBe(120)
  }

  const all = {
    id: 70_000,
    name: "some text",
    tags: ["a", "é", "漢字", 1, -2, 65_535, [], {}],
    price: 1.5,
    active: true,
    passive: false,
    parent: null,
    large: 2 ** 40,
    inner: { first: 1, second: { nested: [[[1, 2, 3, 4, 5]]] }, third: "x".repeat(200) },
  }

  test("of known shapes are not left to JavaScript", () => {
    learn(all)
    foundReader(table([column]))(rowsEvent(table([column]), INSERT, insertOf(jsonBytes(all))))
    expect(wasmValues?.kinds[0]).toBe(KIND_OBJECT)
    expect(expectSame([column], INSERT, insertOf(jsonBytes(all)))).toBe(1)
  })

  test("of any values, shapes known or not", () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, isKnown) => {
        if (isKnown) learn(document)
        const row = insertOf(jsonBytes(document))
        expect(expectSame([column], INSERT, Buffer.concat([row, row, row]))).toBe(3)
        expectSame([column], INSERT, insertOf(jsonBytes(document, true)))
      }),
      { numRuns: 150 },
    )
  })

  test("with any bit changed, or cut off anywhere", () => {
    learn(all)
    const whole = jsonBytes(all)
    for (let at = 0; at < whole.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expectSame([column], INSERT, insertOf(changed))
      }
      expectSame([column], INSERT, insertOf(whole.subarray(0, at)))
    }
  })

  test("with entries that point anywhere", () => {
    const whole = jsonBytes(all)
    learn(all)
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 2 }), fc.nat({ max: 0xffff }), (at, value) => {
        const changed = Buffer.from(whole)
        changed.writeUInt16LE(value, at)
        expectSame([column], INSERT, insertOf(changed))
      }),
      { numRuns: 1000 },
    )
  })

  test("of many values, deep ones, and those with names that every object has", () => {
    const numbers = Array.from({ length: 9000 }, (_, index) => index)
    for (const count of [JSON_SLOTS - 1, JSON_SLOTS, JSON_SLOTS + 1, 9000]) {
      const row = insertOf(jsonBytes(numbers.slice(0, count)))
      expect(expectSame([column], INSERT, Buffer.concat([row, row]))).toBe(2)
    }
    let deep: Plain = "deep"
    for (let depth = 0; depth < 99; depth++) {
      deep = depth % 2 === 0 ? [deep] : { nested: deep }
      expect(expectSame([column], INSERT, insertOf(jsonBytes(deep)))).toBe(1)
    }
    for (const key of ["__proto__", "constructor", "toString", "1234", "longer key", "schlüssel"]) {
      const document = Object.fromEntries<Plain>([
        ["first", 1],
        [key, { second: 2 }],
      ])
      learn(document)
      expect(expectSame([column], INSERT, insertOf(jsonBytes(document)))).toBe(1)
    }
  })

  test("are plain objects of their own, also where an update repeats them", () => {
    learn(all)
    const map = table([column])
    const image = insertOf(jsonBytes(all))
    const [row] = foundReader(map)(rowsEvent(map, UPDATE, Buffer.concat([image, image])))
    expect(row?.before).toEqual([all])
    expect(row?.after).toEqual([all])
    expect(row?.after?.[0]).not.toBe(row?.before?.[0])
    expect(Object.getPrototypeOf(row?.after?.[0])).toBe(Object.prototype)
  })

  test("of more shapes than are known take turns", () => {
    for (let turn = 0; turn < 2; turn++) {
      for (let number = 0; number < 40; number++) learn({ [`key ${number}`]: number, other: [turn] })
    }
  })
})

test("more tables than there is room for take turns", () => {
  const columns = Array.from({ length: 200 }, () => bareColumn(TINY))
  const maps = Array.from({ length: (2 * IMAGES_ROOM) / 2400 }, () => table(columns))
  const readers = maps.map((map) => foundReader(map))
  const half = Buffer.alloc(25, 0x0f)
  const update: Images = { beforeColumns: ALL, afterColumns: half }
  for (let turn = 0; turn < 2; turn++) {
    for (const [index, map] of maps.entries()) {
      const rows = Buffer.concat([
        Buffer.alloc(25),
        Buffer.alloc(200, index),
        Buffer.alloc(13),
        Buffer.alloc(100, turn),
      ])
      const read = readers[index]?.(rowsEvent(map, update, rows))
      expect(read).toEqual(plainReader(map)(rowsEvent(map, update, rows)))
    }
  }
})

test("all rows that were recorded, also many times over", async () => {
  let rows = 0
  for (const name of recordingNames()) {
    for (const event of eventsOf(await allEvents(recordingPath(name)), "rows")) {
      const plain = plainReader(event.table)(event)
      const found = foundReader(event.table)
      const many = { ...event, rows: Buffer.concat(Array.from({ length: 5 }, () => event.rows)) }
      const expected = Array.from({ length: 5 }, () => plain).flat()
      if (!isDeepStrictEqual(found(event), plain)) expect(found(event)).toEqual(plain)
      if (!isDeepStrictEqual(found(many), expected)) expect(found(many)).toEqual(expected)
      rows += plain.length
    }
  }
  expect(rows).toBeGreaterThan(1000)
})

test("a column of an unknown type is refused, but not where no image holds it", () => {
  const columns = [bareColumn(TINY), bareColumn(ColumnType.TYPED_ARRAY)]
  expect(expectSame(columns, INSERT, Buffer.of(0, 1, 2))).toBe(-1)
})
