import { assert, nat, property } from "fast-check"
import { describe, expect, test } from "vitest"
import type { RowsEvent } from "../event/rows.ts"
import type { TableMap } from "../event/table-map.ts"
import { bareColumn } from "../testing/columns.ts"
import { diffBytes, jsonBytes } from "../testing/json-bytes.ts"
import { ColumnType } from "../value/column-type.ts"
import { PartialJson } from "../value/parsed-json.ts"
import { wholeUpdate } from "./partial-update.ts"
import type { PartialJsonForm } from "./partial-update.ts"
import { rowReader } from "./row-reader.ts"

const { JSON: JSON_TYPE, LONG } = ColumnType

/** `id INT, a JSON, b JSON`. */
const table: TableMap = {
  tableId: 1,
  schema: "s",
  table: "t",
  columns: [
    bareColumn(LONG),
    bareColumn(JSON_TYPE, 4, { name: "a" }),
    bareColumn(JSON_TYPE, 4, { name: "b" }),
  ],
  primaryKey: undefined,
}

function update(rows: Buffer, before: number, after: number): RowsEvent {
  return {
    type: "rows",
    kind: "update",
    table,
    tableId: 1,
    endsStatement: true,
    beforeColumns: Buffer.of(before),
    afterColumns: Buffer.of(after),
    rows,
    file: "b.1",
    position: 4,
    endPosition: 100,
    length: 96,
    timestamp: 0,
    serverId: 1,
    typeCode: 39,
    flags: 0,
  }
}

function json(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

const ID = Buffer.of(1, 0, 0, 0)
const NO_NULL = Buffer.of(0)
const a = json(jsonBytes({ x: 1 }))
const b = json(jsonBytes({ y: [1] }))
const change = json(diffBytes([0, "$.y[0]", 2]))

function read(event: RowsEvent, form: PartialJsonForm = "document") {
  return rowReader(table)(wholeUpdate(event, form))
}

const FULL = Buffer.concat([NO_NULL, ID, a, b])

describe("a partial update", () => {
  test("has a bit for each JSON column of the table; the others' values are whole", () => {
    const rows = Buffer.concat([FULL, Buffer.of(1, 0b10), NO_NULL, ID, a, change])
    const before = [1, { x: 1 }, { y: [1] }]
    expect(read(update(Buffer.concat([rows, rows]), 7, 7))).toEqual([
      { before, after: [1, { x: 1 }, { y: [2] }] },
      { before, after: [1, { x: 1 }, { y: [2] }] },
    ])
  })

  test("counts columns that the image after lacks", () => {
    const rows = Buffer.concat([FULL, Buffer.of(1, 0b10), NO_NULL, change])
    expect(read(update(rows, 7, 0b100))[0]?.after).toEqual([undefined, undefined, { y: [2] }])
  })

  test("without options, or with no bit set, is a plain one", () => {
    for (const options of [Buffer.of(0), Buffer.of(1, 0)]) {
      const rows = Buffer.concat([FULL, options, Buffer.of(0b010), ID, b])
      expect(read(update(rows, 7, 7))[0]?.after).toEqual([1, null, { y: [1] }])
    }
  })

  test("without changes leaves the document as it lies", () => {
    const rows = Buffer.concat([FULL, Buffer.of(1, 0b10), NO_NULL, json(Buffer.alloc(0))])
    const whole = wholeUpdate(update(rows, 7, 0b100), "document")
    expect(whole.rows.subarray(-b.length).equals(b)).toBe(true)
  })

  test("gives the changes where the image before lacks the document, or if asked to", () => {
    const minimal = update(Buffer.concat([NO_NULL, ID, Buffer.of(1, 0b10), NO_NULL, change]), 1, 0b100)
    const full = update(Buffer.concat([FULL, Buffer.of(1, 0b10), NO_NULL, change]), 7, 0b100)
    for (const rows of [read(minimal), read(full, "diffs")]) {
      const value = rows[0]?.after?.[2]
      expect(value instanceof PartialJson && value.toString()).toBe("JSON_REPLACE(b, '$.y[0]', 2)")
    }
  })

  test.each<[string, Buffer]>([
    ["unknown options", Buffer.concat([FULL, Buffer.of(2), NO_NULL, ID, a, b])],
    [
      "a document before that is NULL",
      Buffer.concat([Buffer.of(0b100), ID, a, Buffer.of(1, 0b10), NO_NULL, ID, a, change]),
    ],
    ["a change that leads nowhere", Buffer.concat([FULL, Buffer.of(1, 0b01), NO_NULL, ID, change, b])],
  ])("is refused with %s, naming the place", (_, rows) => {
    const reading = (): unknown => read(update(rows, 7, 7))
    expect(reading).toThrowError(expect.objectContaining({ code: "MALFORMED" }))
    expect(reading).toThrowError("(event of type 39 at b.1:4)")
  })

  test("nothing else but with a BinlogError: flipped bits and cuts anywhere", () => {
    const rows = Buffer.concat([FULL, Buffer.of(1, 0b10), NO_NULL, ID, a, change])
    assert(
      property(nat(rows.length - 1), nat(7), nat(rows.length), (at, bit, length) => {
        const flipped = Buffer.from(rows)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        for (const bytes of [flipped, flipped.subarray(0, length)])
          try {
            read(update(bytes, 7, 7))
          } catch (error) {
            expect(error).toMatchObject({ name: "BinlogError" })
          }
      }),
      { numRuns: 2000 },
    )
  })
})
