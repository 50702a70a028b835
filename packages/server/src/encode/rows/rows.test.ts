import { deflateSync } from "node:zlib"
import { BINARY_COLLATION, BinlogError, ByteWriter, ColumnType, readBinlogFile } from "@canal/binlog-protocol"
import type { Column, RowsEvent } from "@canal/binlog-protocol"
import { readChanges } from "@canal/parser"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { binaryJson, type Plain } from "../../testing/binary-json.ts"
import { columnOf, rowsOf, tableOf } from "../../testing/tables.ts"
import { writePlainRows } from "./plain-rows.ts"
import { recordedBinlogs } from "../recordings/digest.ts"
import { FIELDS_ROOM, ROWS_ROOM, TABLES_ROOM, TEXT_FOREIGN } from "./row-layout.ts"
import { TablePlan } from "./table-plan.ts"
import { textKind } from "./text-kind.ts"
import { wasmRows } from "./wasm-rows.ts"
import { zoneOffset } from "./zone-offset.ts"

/*
 * WebAssembly and JavaScript make the same of rows. What that has to be is tested with the encoder, and against
 * recordings.
 */

const SHANGHAI = zoneOffset("Asia/Shanghai")
const LEFT = "left to JavaScript"

interface Written {
  readonly count: number
  readonly bytes: Buffer
}

/** What was written, or why nothing was. */
type Outcome = Written | string

type Images = Pick<RowsEvent, "kind" | "beforeColumns" | "afterColumns">

/** An insert of all of so many columns. */
function insertOf(columns: number): Images {
  const afterColumns = new Uint8Array((columns + 7) >> 3).fill(0xff)
  return { kind: "insert", beforeColumns: undefined, afterColumns }
}

const INSERT = insertOf(1)

function planOf(columns: readonly Column[], timeZone = SHANGHAI): TablePlan {
  return new TablePlan(
    tableOf(
      columns,
      columns.map(() => "int"),
    ),
    undefined,
    timeZone,
  )
}

function writeBoth(plan: TablePlan, event: RowsEvent): { wasm: Outcome; plain: Outcome } {
  const plain = outcomeOf(() => {
    const out = new ByteWriter(1 << 16)
    const count = writePlainRows(event, plan.columns, plan.codecs, out)
    return { count, bytes: out.copy() }
  })
  const wasm = outcomeOf(() => {
    const count = wasmRows?.write(event, plan)
    if (wasmRows === undefined || count === undefined) return LEFT
    return { count, bytes: Buffer.from(wasmRows.bytes.subarray(wasmRows.start, wasmRows.end)) }
  })
  return { wasm, plain }
}

function outcomeOf(write: () => Outcome): Outcome {
  try {
    return write()
  } catch (error) {
    if (error instanceof BinlogError || error instanceof TypeError) return error.message
    throw error
  }
}

function eventOf(images: Images, rows: Buffer): RowsEvent {
  return rowsOf(tableOf([], []), { ...images, rows }).event
}

/** Expects the same of both. What JavaScript refuses, WebAssembly may refuse or leave to it. */
function expectSame(plan: TablePlan, images: Images, rows: Buffer): void {
  expectSameRows(plan, eventOf(images, rows))
}

function expectSameRows(plan: TablePlan, event: RowsEvent): void {
  const { wasm, plain } = writeBoth(plan, event)
  if (typeof plain === "string") expect([plain, LEFT]).toContain(wasm)
  else if (typeof wasm === "string" || wasm.count !== plain.count || !wasm.bytes.equals(plain.bytes))
    expect(wasm).toEqual(plain)
}

/** Expects the same of a column with these values, all in one event. */
function expectSameValues(column: Column, values: readonly Buffer[]): void {
  expectSame(planOf([column]), INSERT, Buffer.concat(values.flatMap((value) => [Buffer.of(0), value])))
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

/** Two thousand values of a size, of which the first are no random ones. */
function randomValues(size: number): Buffer[] {
  const bytes = randomBytes(size * 2000, size)
  const values = Array.from({ length: 2000 }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
  const zeros = Buffer.alloc(size)
  const ones = Buffer.alloc(size, 0xff)
  const first = Array.from({ length: size * 8 }, (_, bit) => {
    const value = Buffer.alloc(size)
    value[bit >> 3] = 1 << (bit & 7)
    return value
  })
  return [zeros, ones, ...first, ...values]
}

const { TINY, SHORT, INT24, LONG, LONGLONG, VARCHAR, STRING, BLOB } = ColumnType

test.each([
  ...(
    [
      ["TINYINT", TINY, 1],
      ["SMALLINT", SHORT, 2],
      ["MEDIUMINT", INT24, 3],
      ["INT", LONG, 4],
      ["BIGINT", LONGLONG, 8],
    ] as const
  ).flatMap(
    ([name, type, size]) =>
      [
        [name, columnOf(type, 0), size],
        [`${name} UNSIGNED`, columnOf(type, 0, { unsigned: true }), size],
      ] as const,
  ),
  ["FLOAT", columnOf(ColumnType.FLOAT, 4), 4] as const,
  ["DOUBLE", columnOf(ColumnType.DOUBLE, 8), 8] as const,
  ["YEAR", columnOf(ColumnType.YEAR, 0), 1] as const,
  ["DATE", columnOf(ColumnType.DATE, 0), 3] as const,
  ...[0, 1, 2, 3, 4, 5, 6].flatMap(
    (digits) =>
      [
        [`TIME(${digits})`, columnOf(ColumnType.TIME2, digits), 3 + ((digits + 1) >> 1)],
        [`DATETIME(${digits})`, columnOf(ColumnType.DATETIME2, digits), 5 + ((digits + 1) >> 1)],
        [`TIMESTAMP(${digits})`, columnOf(ColumnType.TIMESTAMP2, digits), 4 + ((digits + 1) >> 1)],
      ] as const,
  ),
  ["TIMESTAMP of old", columnOf(ColumnType.TIMESTAMP, 0), 4] as const,
  ["TIME of old", columnOf(ColumnType.TIME, 0), 3] as const,
  ...[1, 2].map((size) => [`ENUM of ${size} bytes`, columnOf(ColumnType.ENUM, size), size] as const),
  ...[1, 2, 3, 4, 8].map((size) => [`SET of ${size} bytes`, columnOf(ColumnType.SET, size), size] as const),
  ...[1, 12, 24, 40, 64].map(
    (bits) => [`BIT(${bits})`, columnOf(ColumnType.BIT, bits), (bits + 7) >> 3] as const,
  ),
])("%s of any bytes", (_name, column, size) => {
  for (const value of randomValues(size)) expectSameValues(column, [value])
})

test("all rows that were recorded", async () => {
  let rows = 0
  for (const file of recordedBinlogs()) {
    for await (const changes of readChanges(readBinlogFile(file))) {
      for (const change of changes) {
        if (change.kind !== "rows") continue
        expectSameRows(new TablePlan(change.table, change.hints, SHANGHAI), change.event)
        rows++
      }
    }
  }
  expect(rows).toBeGreaterThan(1000)
})

test("TIMESTAMP in UTC", () => {
  const plan = planOf([columnOf(ColumnType.TIMESTAMP2, 3)], zoneOffset("UTC"))
  for (const value of randomValues(6)) expectSame(plan, INSERT, Buffer.concat([Buffer.of(0), value]))
})

test("DOUBLE and FLOAT: powers of two and ten, their neighbours, short decimals", () => {
  const doubles: number[] = []
  for (let exponent = -1074; exponent < 1024; exponent++) doubles.push(2 ** exponent)
  for (let exponent = -323; exponent < 309; exponent++) doubles.push(Number(`1e${exponent}`))
  for (let number = 1; number < 3000; number++)
    doubles.push(number, number / 8, number / 10, number / 100, number * 1e5, number / 1e6, number * 1e19)
  for (const value of doubles.slice()) {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    const bits = bytes.readBigUInt64LE()
    for (const neighbour of [bits - 1n, bits + 1n]) {
      bytes.writeBigUInt64LE(neighbour)
      doubles.push(bytes.readDoubleLE())
    }
  }
  const values = doubles.flatMap((value) => [value, -value])
  expectSameValues(
    columnOf(ColumnType.DOUBLE, 8),
    values.slice(0, 25_000).map((value) => Buffer.from(Float64Array.of(value).buffer)),
  )
  expectSameValues(
    columnOf(ColumnType.DOUBLE, 8),
    values.slice(25_000, 50_000).map((value) => Buffer.from(Float64Array.of(value).buffer)),
  )
  expectSameValues(
    columnOf(ColumnType.FLOAT, 4),
    values.slice(0, 50_000).map((value) => Buffer.from(Float32Array.of(value).buffer)),
  )
})

test.each([
  [65, 30],
  [65, 0],
  [38, 0],
  [30, 30],
  [18, 4],
  [10, 9],
  [9, 9],
  [5, 2],
  [1, 0],
])("DECIMAL(%i,%i)", (precision, scale) => {
  const column = columnOf(ColumnType.NEWDECIMAL, (precision << 8) | scale)
  const whole = precision - scale
  const groups = [whole % 9, ...ninesOf(whole), ...ninesOf(scale), scale % 9].filter((digits) => digits > 0)
  for (let seed = 0; seed < 300; seed++) {
    const random = randomBytes(groups.length * 4, seed)
    const value = Buffer.concat(
      groups.map((digits, index) => {
        const group = Buffer.alloc((digits === 9 ? 8 : digits + 1) >> 1)
        // One in eight is zero.
        const raw = random.readUInt32LE(index * 4)
        group.writeUIntBE((raw & 7) === 0 ? 0 : raw % 10 ** digits, 0, group.length)
        return group
      }),
    )
    value[0] = (value[0] ?? 0) ^ 0x80
    expectSameValues(column, [value])
    expectSameValues(column, [Buffer.from(value.map((byte) => ~byte))])
    expectSameValues(column, [randomBytes(value.length, seed)])
  }
})

function ninesOf(digits: number): number[] {
  return Array.from({ length: Math.floor(digits / 9) }, () => 9)
}

test.each([
  ["UTF-8", columnOf(VARCHAR, 1000, { collation: 45 }), 2],
  ["unknown collation", columnOf(STRING, 255), 1],
  ["latin1", columnOf(BLOB, 2, { collation: 8 }), 2],
  ["gbk", columnOf(BLOB, 3, { collation: 28 }), 3],
  ["utf16", columnOf(BLOB, 4, { collation: 54 }), 4],
  ["bytes", columnOf(VARCHAR, 1000, { collation: BINARY_COLLATION }), 2],
  ["BLOB", columnOf(BLOB, 4), 4],
  ["GEOMETRY", columnOf(ColumnType.GEOMETRY, 4), 4],
  ["UUID", columnOf(STRING, 16, { collation: BINARY_COLLATION, special: "uuid" }), 1],
])("text: %s", (_name, column, prefix) => {
  const values: Buffer[] = []
  for (const length of [...Array.from({ length: 140 }, (_, index) => index), 1000, 16_383, 16_384, 40_000]) {
    if (length >= 256 ** prefix) continue
    const head = Buffer.alloc(prefix)
    head.writeUIntLE(length, 0, prefix)
    const ascii = randomBytes(length, length).map((byte) => byte & 0x7f)
    const almost = Buffer.from(ascii)
    if (length > 0) almost[(length * 7) % length] = 0xe9
    for (const text of [ascii, almost, randomBytes(length, length)]) values.push(Buffer.concat([head, text]))
  }
  for (const value of values) expectSameValues(column, [value])
  expectSameValues(column, values.slice(0, 400))
})

test("every character set that is taken for ASCII below 0x80 is", () => {
  const bytes = Buffer.from(Array.from({ length: 128 }, (_, byte) => byte))
  let foreign = 0
  for (let collation = 1; collation < 320; collation++) {
    const column = columnOf(BLOB, 1, { collation })
    if (textKind(column, SHANGHAI) === TEXT_FOREIGN) foreign++
    expectSameValues(column, [Buffer.concat([Buffer.of(128), bytes])])
  }
  expect(foreign).toBeGreaterThan(50)
  expect(foreign).toBeLessThan(200)
})

const documents: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Plain>(null, true, false),
    fc.integer({ min: -100_000, max: 100_000 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 1e-7, max: 1e16, noNaN: true }),
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "\u0001", "é", "\u001f", "/"), maxLength: 40 }),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(fc.string({ maxLength: 20 }), tie("value"), { maxKeys: 6 }),
  ),
})).value

function jsonValue(document: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(document.length)
  return Buffer.concat([length, document])
}

const JSON_COLUMN = columnOf(ColumnType.JSON, 4)

test("JSON documents", () => {
  fc.assert(
    fc.property(documents, fc.boolean(), (document, isLarge) =>
      expectSameValues(JSON_COLUMN, [jsonValue(binaryJson(document, isLarge))]),
    ),
    { numRuns: 1500 },
  )
  expectSameValues(JSON_COLUMN, [jsonValue(Buffer.alloc(0))])
})

test("damaged JSON documents", () => {
  fc.assert(
    fc.property(
      documents,
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      (document, isLarge, damages) => {
        const bytes = binaryJson(document, isLarge)
        for (const [at, byte] of damages) bytes[at % bytes.length] = byte
        expectSameValues(JSON_COLUMN, [jsonValue(bytes)])
      },
    ),
    { numRuns: 3000 },
  )
})

test("JSON documents whose offsets lead far away", () => {
  const document = binaryJson({ a: [1e9, "x", { b: 0.5 }], cc: "long enough" }, true)
  for (let at = 1; at + 4 <= document.length; at++) {
    for (const offset of [0xffff_ffff, 0xffff_fff0, 0xffff_0000, 0xfff0_0000, 0x8000_0000]) {
      const damaged = Buffer.from(document)
      damaged.writeUInt32LE(offset, at)
      expectSameValues(JSON_COLUMN, [jsonValue(damaged)])
    }
  }
})

test("a DECIMAL and other opaque values in a JSON document", () => {
  const decimal = Buffer.from("0f f6 06 05 02 80 7b 2d".replaceAll(" ", ""), "hex")
  expectSameValues(JSON_COLUMN, [jsonValue(decimal)])
  for (let at = 1; at < decimal.length; at++)
    for (let byte = 0; byte < 256; byte++) {
      const damaged = Buffer.from(decimal)
      damaged[at] = byte
      expectSameValues(JSON_COLUMN, [jsonValue(damaged)])
    }
})

const SMALL_COLUMNS: readonly Column[] = [
  columnOf(TINY, 0, { unsigned: true }),
  columnOf(LONG, 0),
  columnOf(VARCHAR, 20, { collation: 45 }),
  columnOf(BLOB, 2),
  columnOf(ColumnType.TIME, 0),
]

/** One byte for each column: how it is in the image. */
interface Image {
  readonly nulls: readonly boolean[]
  readonly values: readonly number[]
}

/** An image of those of the columns that are present. */
function imageOf(columns: readonly Column[], presence: readonly boolean[], { nulls, values }: Image): Buffer {
  const present = columns.flatMap((column, ordinal) =>
    presence[ordinal] === true
      ? [{ column, isNull: nulls[ordinal] === true, value: values[ordinal] ?? 0 }]
      : [],
  )
  const bits = Buffer.alloc((present.length + 7) >> 3)
  const parts: Buffer[] = [bits]
  for (const [index, { column, isNull, value }] of present.entries()) {
    if (isNull) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
    else parts.push(valueOf(column, value))
  }
  return Buffer.concat(parts)
}

function valueOf({ type }: Column, value: number): Buffer {
  switch (type) {
    case TINY:
      return Buffer.of(value)
    case LONG:
      return Buffer.of(value, value, 0, value)
    case VARCHAR:
      return Buffer.concat([Buffer.of(value % 21), Buffer.alloc(value % 21, 0x61)])
    case BLOB:
      return Buffer.concat([Buffer.of(value, 0), Buffer.alloc(value, value)])
    default:
      return Buffer.of(value, 0, 0)
  }
}

function presenceBits(presence: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array((presence.length + 7) >> 3)
  for (const [index, isPresent] of presence.entries())
    if (isPresent) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
  return bits
}

function booleans(length: number): fc.Arbitrary<boolean[]> {
  return fc.array(fc.boolean(), { minLength: length, maxLength: length })
}

test("images of any columns, with any of them absent or NULL, whole and cut off", () => {
  const cases = fc.integer({ min: 1, max: 40 }).chain((length) => {
    const image = fc.record({
      nulls: fc.oneof(fc.constant<boolean[]>([]), booleans(length)),
      values: fc.array(
        fc.nat(3).map((value) => value * 80),
        { minLength: length, maxLength: length },
      ),
    })
    const presence = fc.oneof(fc.constant(Array.from({ length }, () => true)), booleans(length))
    return fc.record({
      columns: fc.array(fc.constantFrom(...SMALL_COLUMNS), { minLength: length, maxLength: length }),
      kind: fc.constantFrom("insert" as const, "update" as const, "delete" as const),
      before: presence,
      after: presence,
      images: fc.array(image, { minLength: 2, maxLength: 8 }),
      cut: fc.oneof(fc.constant(0), fc.nat(30)),
    })
  })
  fc.assert(
    fc.property(cases, ({ columns, kind, before, after, images, cut }) => {
      const parts = images.map((image, index) =>
        imageOf(columns, kind === "delete" || (kind === "update" && index % 2 === 0) ? before : after, image),
      )
      const rows = Buffer.concat(kind === "update" ? parts.slice(0, parts.length & ~1) : parts)
      const held: Images = {
        kind,
        beforeColumns: kind === "insert" ? undefined : presenceBits(before),
        afterColumns: kind === "delete" ? undefined : presenceBits(after),
      }
      expectSame(planOf(columns), held, rows.subarray(0, Math.max(0, rows.length - cut)))
    }),
    { numRuns: 1500 },
  )
})

test("more tables than there is room for are put there again", () => {
  const columns = Array.from({ length: 200 }, () => columnOf(LONG, 0))
  const row = Buffer.alloc(25 + 800, 7)
  row.fill(0, 0, 25)
  const plans = Array.from({ length: 60 }, () => planOf(columns))
  const size = plans.reduce((sum, { description }) => sum + (description?.length ?? 0), 0)
  expect(size).toBeGreaterThan(TABLES_ROOM)
  for (let round = 0; round < 3; round++) for (const plan of plans) expectSame(plan, insertOf(200), row)
})

test("rows that are too many bytes, or become too many, are left to JavaScript, as are tables of unknown columns", () => {
  const blob = planOf([columnOf(BLOB, 4)])
  const large = Buffer.alloc(5 + ROWS_ROOM)
  large.writeUInt32LE(ROWS_ROOM, 1)
  expect(writeBoth(blob, eventOf(INSERT, large)).wasm).toBe(LEFT)
  const tiny = planOf([columnOf(TINY, 0)])
  expect(writeBoth(tiny, eventOf(INSERT, Buffer.alloc(ROWS_ROOM))).wasm).toBe(LEFT)
  const unknown = planOf([columnOf(LONG, 0), columnOf(ColumnType.BIT, 65)])
  expect(writeBoth(unknown, eventOf(INSERT, Buffer.alloc(20))).wasm).toBe(LEFT)
  const nine = planOf(Array.from({ length: 9 }, () => columnOf(TINY, 0)))
  expect(writeBoth(nine, eventOf(insertOf(8), Buffer.alloc(22))).wasm).toBe(LEFT)
  expect(writeBoth(nine, eventOf(insertOf(10_000), Buffer.alloc(22))).wasm).toBe(LEFT)
  // What follows is as if nothing had been.
  expectSame(tiny, INSERT, Buffer.alloc(20))
})

/** A row of a compressed column: so many zeros. */
function compressedRow(length: number): Buffer {
  const deflated = deflateSync(Buffer.alloc(length))
  const head = Buffer.alloc(10)
  head.writeUInt32LE(5 + deflated.length, 1)
  head[5] = 0x84
  head.writeUInt32BE(length, 6)
  return Buffer.concat([head, deflated])
}

test("a text that JavaScript wrote is left to it too where there is no room for what stands behind it", () => {
  const type = "x".repeat(300_000)
  const plan = new TablePlan(
    tableOf([columnOf(ColumnType.MARIADB_BLOB_COMPRESSED, 4)], [type]),
    undefined,
    SHANGHAI,
  )
  expectSame(plan, INSERT, compressedRow(FIELDS_ROOM / 2))
  for (const less of [1000, 10_000, 100_000, 300_000])
    expect(writeBoth(plan, eventOf(INSERT, compressedRow(FIELDS_ROOM - less))).wasm).toBe(LEFT)
})
