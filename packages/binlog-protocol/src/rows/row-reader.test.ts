import { execFile } from "node:child_process"
import { promisify } from "node:util"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { BinlogError } from "../errors.ts"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { bareColumn, textOf } from "../testing/columns.ts"
import { columnCodec } from "../value/codecs.ts"
import { ColumnType } from "../value/column-type.ts"
import type { Column } from "../value/column.ts"
import { ABSENT, createImageLayout, NULL, scanImage } from "./image.ts"
import { foundReader, plainReader } from "../testing/row-readers.ts"
import { rowReader } from "./row-reader.ts"

const { LONG, LONGLONG, TINY, VARCHAR } = ColumnType

function table(columns: readonly Column[]): TableMap {
  return { tableId: 1, schema: "s", table: "t", columns, primaryKey: undefined }
}

function rowsEvent(
  map: TableMap,
  kind: RowsEvent["kind"],
  hex: string,
  presence = Buffer.alloc(16, 0xff),
): RowsEvent {
  return {
    type: "rows",
    kind,
    table: map,
    tableId: 1,
    endsStatement: true,
    beforeColumns: kind === "insert" ? undefined : presence,
    afterColumns: kind === "delete" ? undefined : presence,
    rows: Buffer.from(hex.replaceAll(" ", ""), "hex"),
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

const people = table([bareColumn(LONG), bareColumn(VARCHAR, 20), bareColumn(TINY)])

const readers = { "by WebAssembly": foundReader, plain: plainReader }

describe.each(["by WebAssembly", "plain"] as const)("a row reader, %s", (form) => {
  const rowReader = readers[form]

  test("reads inserted rows", () => {
    expect(rowReader(people)(rowsEvent(people, "insert", "00 01000000 0161 02 06 03000000"))).toEqual([
      { before: undefined, after: [1, "a", 2] },
      { before: undefined, after: [3, null, null] },
    ])
  })

  test("reads updated and deleted rows", () => {
    const read = rowReader(people)
    expect(read(rowsEvent(people, "update", "00 01000000 0161 02 00 01000000 0162 02"))).toEqual([
      { before: [1, "a", 2], after: [1, "b", 2] },
    ])
    expect(read(rowsEvent(people, "delete", "07"))).toEqual([
      { before: [null, null, null], after: undefined },
    ])
  })

  test("leaves absent columns undefined; NULL bits count present columns only", () => {
    const read = rowReader(people)
    const event = rowsEvent(people, "update", "00 07000000 02 0161 01", Buffer.from([0b001]))
    const minimal: RowsEvent = {
      ...event,
      afterColumns: Buffer.from([0b110]),
      rows: Buffer.from("0007000000020161", "hex"),
    }
    expect(read(minimal)).toEqual([{ before: [7, undefined, undefined], after: [undefined, "a", null] }])
    // The next event of the same table may hold other columns.
    expect(read(rowsEvent(people, "insert", "07"))).toEqual([
      { before: undefined, after: [null, null, null] },
    ])
  })

  test("takes hints", () => {
    const bare = table([bareColumn(TINY), bareColumn(TINY)])
    const read = rowReader(bare, [{ unsigned: true }])
    expect(read(rowsEvent(bare, "insert", "00 ff ff"))[0]?.after).toEqual([255, -1])
  })

  test("refuses rows cut off anywhere", () => {
    const whole = "0001000000016102"
    for (let length = 1; length < whole.length / 2; length++) {
      const event = rowsEvent(people, "insert", whole.slice(0, length * 2))
      expect(() => rowReader(people)(event)).toThrow(expect.objectContaining({ code: "TRUNCATED" }))
    }
  })

  test("refuses bytes where there are no columns, and too few presence bits", () => {
    const refused: unknown = expect.objectContaining({ code: "MALFORMED" })
    expect(() => rowReader(people)(rowsEvent(people, "insert", "00", Buffer.from([0])))).toThrow(refused)
    expect(() => rowReader(people)(rowsEvent(people, "insert", "00", Buffer.alloc(0)))).toThrow(refused)
  })
})

describe("scanImage", () => {
  test("gives where values begin behind their lengths, and end", () => {
    const columns = Array.from({ length: 10 }, (_, index) =>
      bareColumn(index === 9 ? VARCHAR : LONGLONG, 300),
    )
    const layout = createImageLayout(
      columns.map((column) => columnCodec(column)),
      Buffer.from([0x03, 0x02]),
    )
    const starts = new Int32Array(10)
    const ends = new Int32Array(10)
    const rows = Buffer.from("ff 02 0000000000000000 0200 6161".replaceAll(" ", ""), "hex")
    expect(scanImage(layout, rows, 1, starts, ends)).toBe(14)
    expect([...starts]).toEqual([2, NULL, ...Array.from({ length: 7 }, () => ABSENT), 12])
    expect([ends[0], ends[9]]).toEqual([10, 14])
  })
})

const shapes: readonly (readonly [ColumnType, number])[] = [
  [ColumnType.TINY, 0],
  [ColumnType.LONGLONG, 0],
  [ColumnType.NEWDECIMAL, (20 << 8) | 5],
  [ColumnType.FLOAT, 4],
  [ColumnType.DOUBLE, 8],
  [ColumnType.BIT, 33],
  [ColumnType.YEAR, 0],
  [ColumnType.DATE, 0],
  [ColumnType.TIME, 0],
  [ColumnType.TIME2, 3],
  [ColumnType.DATETIME, 0],
  [ColumnType.DATETIME2, 6],
  [ColumnType.TIMESTAMP2, 2],
  [ColumnType.VARCHAR, 40],
  [ColumnType.STRING, 600],
  [ColumnType.BLOB, 2],
  [ColumnType.ENUM, 1],
  [ColumnType.SET, 8],
  [ColumnType.JSON, 1],
  [ColumnType.GEOMETRY, 1],
  [ColumnType.MARIADB_BLOB_COMPRESSED, 1],
]
const collations = [undefined, 8, 28, 45, 54, 60, 63]

function outcome(read: () => unknown): string {
  try {
    read()
    return "read"
  } catch (error) {
    expect(error).toBeInstanceOf(BinlogError)
    return "refused"
  }
}

test("any bytes are rows or a BinlogError, for both readers alike", () => {
  const column = fc
    .tuple(fc.constantFrom(...shapes), fc.constantFrom(...collations))
    .map(([[type, metadata], collation]) => bareColumn(type, metadata, { collation }))
  fc.assert(
    fc.property(
      fc.array(column, { minLength: 1, maxLength: 8 }),
      fc.uint8Array({ maxLength: 200 }),
      (columns, bytes) => {
        const map = table(columns)
        const event = rowsEvent(map, "update", Buffer.from(bytes).toString("hex"))
        const [first, second] = Object.values(readers).map((make) => {
          try {
            return make(map)(event)
          } catch (error) {
            expect(error).toBeInstanceOf(BinlogError)
            return error
          }
        })
        expect(first).toEqual(second)
      },
    ),
    { numRuns: 3000 },
  )
})

test("any bytes as JSON are a document or a BinlogError, in both forms alike", () => {
  const codec = columnCodec(bareColumn(ColumnType.JSON, 2))
  const type = fc.constantFrom(0, 1, 2, 3)
  const small = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(type, fc.array(small, { maxLength: 60 }), (type, body) => {
      const bytes = Buffer.from([type, ...body])
      const asValue = outcome(() => codec.read(bytes, 0, bytes.length))
      const asText = outcome(() => textOf(codec, bytes, 0, bytes.length))
      expect(asText).toBe(asValue)
    }),
    { numRuns: 3000 },
  )
})

test("tables of very many columns are read too", () => {
  const wide = table(Array.from({ length: 4096 }, () => bareColumn(TINY)))
  const event = rowsEvent(wide, "insert", `${"00".repeat(512)}${"07".repeat(4096)}`, Buffer.alloc(512, 0xff))
  expect(rowReader(wide)(event)[0]?.after).toEqual(Array.from({ length: 4096 }, () => 7))
})

test("works where no code may be made of text, for few rows and many", async () => {
  const module = new URL("row-reader.ts", import.meta.url).href
  const program = `
    import { rowReader } from ${JSON.stringify(module)}
    const columns = [{ type: 3, metadata: 0 }, { type: 1, metadata: 0 }]
    const row = Buffer.from("000100000007", "hex")
    const eventOf = (rows) => ({ kind: "insert", afterColumns: Buffer.of(3), rows })
    const read = rowReader({ columns })
    const many = read(eventOf(Buffer.concat(Array.from({ length: 1000 }, () => row))))
    console.log(JSON.stringify([many.length, many[999], ...read(eventOf(row))]))`
  const args = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(JSON.parse(stdout)).toEqual([1000, { after: [1, 7] }, { after: [1, 7] }])
})
