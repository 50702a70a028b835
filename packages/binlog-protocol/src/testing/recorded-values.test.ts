import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { readBinlogFile } from "../file/read-binlog-file.ts"
import { rowReader } from "../rows/row-reader.ts"
import type { ColumnValue } from "../value/column-codec.ts"
import type { ColumnHints } from "../value/column.ts"

type Rows = readonly (readonly ColumnValue[])[]

/** The values of all inserted rows of a recorded binlog, by table. */
async function insertedRows(recording: string, hints: ColumnHints = []): Promise<ReadonlyMap<string, Rows>> {
  const path = new URL(`../../../../fixtures/recordings/${recording}/binlog`, import.meta.url)
  const tables = new Map<string, (readonly ColumnValue[])[]>()
  for await (const events of readBinlogFile(fileURLToPath(path)))
    for (const event of events) {
      if (event.type !== "rows" || event.kind !== "insert") continue
      const rows = tables.get(event.table.table) ?? []
      for (const { after } of rowReader(event.table, hints)(event)) rows.push(after ?? [])
      tables.set(event.table.table, rows)
    }
  return tables
}

const nulls = (count: number): null[] => Array.from({ length: count }, () => null)

test.each(["types-mysql", "types-mariadb"])("the values that %s inserted", async (recording) => {
  const tables = await insertedRows(recording)

  expect(tables.get("ints")).toEqual([
    [1, -128, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808n, 0, 0, 7, 1901],
    [
      2,
      127,
      255,
      32767,
      65535,
      8388607,
      16777215,
      2147483647,
      4294967295,
      9223372036854775807n,
      18446744073709551615n,
      1,
      12345678,
      2155,
    ],
    [3, -1, 128, -1, 32768, -1, 8388608, -1, 2147483648, -1, 9223372036854775808n, 1, 0, 0],
    [4, ...nulls(13)],
    [5, 0, 1, 0, 1, 0, 1, 0, 1, 9007199254740993n, 9007199254740993n, 0, 1, 2026],
  ])

  expect(tables.get("decimals")?.slice(0, 3)).toEqual([
    [1, "0", "0.0000", `0.${"0".repeat(30)}`, "0.000000000", "0.00", "0", "0.0000000000", "0"],
    [
      2,
      "-1",
      "-0.0001",
      `-0.${"1".padStart(30, "0")}`,
      "-0.999999999",
      "999.99",
      "-9",
      "-1234567890.0123456789",
      `-${"9".repeat(38)}`,
    ],
    [
      3,
      "9999999999",
      "99999999999999.9999",
      `${"9".repeat(35)}.${"9".repeat(30)}`,
      "0.000000001",
      "0.01",
      "9",
      "0.1000000000",
      "1",
    ],
  ])

  const floats = tables.get("floats")
  expect(floats?.[3]).toEqual([
    4,
    Math.fround(3.4028235e38),
    1.7976931348623157e308,
    Math.fround(9999.999),
    1e14,
    1e10,
    1e21,
  ])
  expect(floats?.[10]?.slice(1, 3)).toEqual([Math.fround(1.4e-45), 4.9e-324])

  expect(tables.get("bits")).toEqual([
    [1, 0, 0, 0, 0, 0, 0, 0],
    [2, 1, 127, 255, 511, 4095, 8589934591, 18446744073709551615n],
    [3, 1, 85, 128, 256, 2049, 4294967296, 9223372036854775808n],
    [4, ...nulls(7)],
  ])

  const times = tables.get("times")
  expect(times?.[0]).toEqual([
    1,
    "2026-11-22",
    "12:34:56",
    "12:34:56.789",
    "12:34:56.789012",
    "2026-11-22 12:34:56",
    "2026-11-22 12:34:56.7",
    "2026-11-22 12:34:56.789",
    "2026-11-22 12:34:56.789012",
    "2026-11-22T12:34:56Z",
    "2026-11-22T12:34:56.78Z",
    "2026-11-22T12:34:56.789Z",
    "2026-11-22T12:34:56.789012Z",
    2026,
  ])
  expect(times?.[1]).toEqual([
    2,
    "0000-00-00",
    "00:00:00",
    "00:00:00.000",
    "00:00:00.000000",
    "0000-00-00 00:00:00",
    "0000-00-00 00:00:00.0",
    "0000-00-00 00:00:00.000",
    "0000-00-00 00:00:00.000000",
    "0000-00-00 00:00:00",
    "0000-00-00 00:00:00.00",
    "0000-00-00 00:00:00.000",
    "0000-00-00 00:00:00.000000",
    0,
  ])
  expect(times?.[2]?.slice(1, 5)).toEqual(["1000-01-01", "-838:59:59", "-838:59:59.000", "-838:59:59.000000"])
  expect(times?.[4]?.slice(1, 9)).toEqual([
    "2024-00-00",
    "-00:00:01",
    "-00:00:00.001",
    "-00:00:00.000001",
    "2024-00-00 00:00:00",
    "2024-02-00 00:00:00.0",
    "2024-00-15 00:00:00.000",
    "0000-01-01 00:00:00.000000",
  ])

  const strings = tables.get("strings")
  expect(strings?.[2]).toEqual([
    3,
    "汉字",
    "emoji 😀 é",
    "\0nul",
    "tab\tnl\nquote'\"\\",
    "текст",
    "ελληνικά",
    "עברית",
    Uint8Array.of(0x00, 0x01, 0xff, 0x80),
    Uint8Array.of(0x00, 0xff, 0x10, 0xfe),
    Uint8Array.of(0x80),
    Uint8Array.of(0xc3, 0xa9),
    Uint8Array.of(0xff, 0xfe),
    Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
    "it's",
    "a,b,d'e",
  ])
  expect(strings?.[3]).toEqual([4, ...nulls(15)])
  expect(strings?.[4]?.slice(2, 6)).toEqual(["trail  ", "x".repeat(300), "y".repeat(255), "z".repeat(1000)])
  expect(strings?.[6]?.slice(14)).toEqual(["", ""])

  const point = Buffer.alloc(25)
  point.writeUInt8(1, 4)
  point.writeUInt32LE(1, 5)
  point.writeDoubleLE(1, 9)
  point.writeDoubleLE(2, 17)
  expect(tables.get("geo")?.[0]?.[1]).toEqual(new Uint8Array(point))
  expect(tables.get("geo")?.[1]).toEqual([2, ...nulls(4)])
})

test("the JSON documents that MySQL stored", async () => {
  const documents = (await insertedRows("types-mysql")).get("jsons")?.map(([, document]) => document)
  expect(documents?.slice(0, 20)).toEqual([
    null,
    null,
    true,
    false,
    0,
    -1,
    32767,
    65536,
    9007199254740993n,
    18446744073709551615n,
    -9223372036854775808n,
    1.5,
    1e100,
    0.1,
    "",
    'text é 😀 " \\ \n \u0001 /',
    [],
    {},
    [1, 2, [3, [4]], { a: null }],
    { b: 1, a: { c: [true, false, null] }, aa: "x", "": "empty key" },
  ])
  expect(documents?.slice(20, 26)).toEqual([
    "2026-11-22",
    "12:34:56.789012",
    "2026-11-22 12:34:56.500000",
    "-1234.5600",
    "base64:type15:yv4=",
    ["1.00", "base64:type15:BQ==", "base64:type15:YQ=="],
  ])
  expect(documents?.[26]).toEqual({ k: "v".repeat(70_000) })
})

test("MariaDB's network types, which only hints tell from BINARY", async () => {
  const hints: ColumnHints = [{}, { special: "uuid" }, { special: "inet4" }, { special: "inet6" }]
  const tables = await insertedRows("inet-mariadb", hints)
  expect(tables.get("cc")).toEqual([
    [1, "123e4567-e89b-12d3-a456-426655440000", "10.1.2.3", "::1"],
    [2, null, null, null],
  ])
})

test("text in every character set", async () => {
  const row = (await insertedRows("charsets-mysql")).get("cs")?.[0]
  expect(row).toEqual([
    1,
    "café ÿ",
    "汉字",
    "汉字😀",
    "漢字",
    "日本",
    "日本",
    "한국",
    "Привет",
    "日本😀",
    "é😀",
    "é😀",
    "日本",
    "日本😀",
    "abc",
    new Uint8Array(Buffer.from("é")),
    "αβγ",
    "שלום",
    "ü",
    "汉字文本",
  ])
})
