import { describe, expect, test } from "vitest"
import { bareColumn, bothForms, textOf } from "../testing/columns.ts"
import { columnCodec } from "./codecs.ts"
import { ColumnType } from "./column-type.ts"

const { BLOB, ENUM, GEOMETRY, LONG_BLOB, SET, STRING, VARCHAR, VECTOR } = ColumnType

describe("text", () => {
  test.each([
    ["utf8mb4", 255, "c3a9f09f9880", "é😀"],
    ["no collation", undefined, "c3a9", "é"],
    ["a collation nobody knows", 20_000, "c3a9", "é"],
    ["latin1, which is cp1252", 8, "e980", "é€"],
    ["latin1, undefined there", 8, "81", "\u0081"],
    ["ascii", 11, "616263", "abc"],
    ["gbk", 28, "baba d7d6", "汉字"],
    ["gb18030", 248, "94 39 fc 36", "😀"],
    ["big5", 1, "ba7e", "漢"],
    ["sjis", 13, "93fa967b", "日本"],
    ["ujis", 12, "c6fccbdc", "日本"],
    ["euckr", 19, "c7d1b1b9", "한국"],
    ["euckr beyond KS X 1001", 19, "8141c65261c8fe", "갂힣a힝"],
    ["euckr cut short", 19, "61c7", "a\ufffd"],
    ["sjis, signs that others read otherwise", 13, "8160815f", "〜\\"],
    ["sjis, control characters and kana of one byte", 13, "1a1c7fb1", "\u001a\u001c\u007fｱ"],
    ["cp932, control characters", 95, "1a1c7f", "\u001a\u001c\u007f"],
    ["cp932, what is no character", 95, "80fd41", "\ufffd\ufffdA"],
    ["big5, what MySQL adds", 1, "c7b1c6e7", "Дゃ"],
    ["eucjpms, what its vendors add", 97, "8ff3f38ff4fe", "ⅰ黑"],
    ["ujis, its users' characters", 12, "f5a1fefe8ff5a1", "\ue000\ue3ab\ue3ac"],
    ["gb18030, four bytes", 248, "9439fc36a6d9", "😀\ue78d"],
    ["swe7", 10, "5b61405e", "ÄaÉÜ"],
    ["cp850", 4, "8184", "üä"],
    ["dec8", 3, "d7a0d0", "Œ\u00a0\ufffd"],
    ["cp1251", 51, "cff0e8e2e5f2", "Привет"],
    ["greek", 25, "e1e2e3", "αβγ"],
    ["hebrew", 16, "f9ece5ed", "שלום"],
    ["ucs2", 35, "65e5672c", "日本"],
    ["utf16", 54, "65e5d83dde00", "日😀"],
    ["utf16le", 56, "e9003dd800de", "é😀"],
    ["utf32", 60, "000065e50001f600", "日😀"],
    ["utf16, half a pair", 54, "d83d0041", "\ufffdA"],
    ["utf16, cut short", 54, "004100", "A\ufffd"],
    ["utf32, beyond Unicode", 60, "00110000", "\ufffd"],
    ["MariaDB utf8mb4_general_nopad_ci", 1069, "c3a9", "é"],
    ["MariaDB uca1400 utf16", 2816, "00e9", "é"],
    ["MariaDB uca1400 ucs2", 2560, "00e9", "é"],
  ])("in %s", (_name, collation, hex, text) => {
    const bytes = hex.replaceAll(" ", "")
    const value = (bytes.length / 2).toString(16).padStart(2, "0") + bytes
    expect(bothForms(columnCodec(bareColumn(VARCHAR, 200, { collation })), value)).toEqual({
      value: text,
      text,
    })
  })

  test.each([
    [VARCHAR, 255, "0161"],
    [VARCHAR, 256, "010061"],
    [STRING, 40, "0161"],
    [STRING, 1020, "010061"],
    [ColumnType.TINY_BLOB, 1, "0161"],
    [BLOB, 2, "010061"],
    [ColumnType.MEDIUM_BLOB, 3, "01000061"],
    [LONG_BLOB, 4, "0100000061"],
  ])("of type %i with metadata %i has its length prefix", (type, metadata, hex) => {
    const codec = columnCodec(bareColumn(type, metadata, { collation: 45 }))
    expect(bothForms(codec, hex)).toEqual({ value: "a", text: "a" })
  })

  test("keeps a byte order mark", () => {
    const codec = columnCodec(bareColumn(VARCHAR, 20, { collation: 45 }))
    expect(bothForms(codec, "04efbbbf61").value).toBe("\ufeffa")
  })
})

describe("bytes", () => {
  test.each([
    [VARCHAR, 16, 63],
    [STRING, 8, 63],
  ])("of type %i are a copy", (type, metadata, collation) => {
    const codec = columnCodec(bareColumn(type, metadata, { collation }))
    const bytes = Buffer.from("00ff80", "hex")
    const value = codec.read(bytes, 0, 3)
    bytes.fill(1)
    expect(value).toEqual(Uint8Array.of(0, 255, 128))
    expect(value).not.toBeInstanceOf(Buffer)
  })

  test.each([
    [BLOB, 2],
    [GEOMETRY, 4],
    [VECTOR, 4],
  ])("of type %i need no collation", (type, metadata) => {
    const codec = columnCodec(bareColumn(type, metadata))
    expect(codec.width).toBe(-metadata)
    const bytes = Buffer.from([0xff, 0x00])
    expect(codec.read(bytes, 0, 2)).toEqual(Uint8Array.of(255, 0))
    expect(textOf(codec, bytes, 0, 2)).toEqual(bytes)
  })
})

describe("ENUM", () => {
  const labels = ["small", "größer"]
  test.each([
    ["00", ""],
    ["01", "small"],
    ["02", "größer"],
  ])("%s", (hex, text) => {
    expect(bothForms(columnCodec(bareColumn(ENUM, 1, { labels })), hex)).toEqual({ value: text, text })
  })

  test("is its number where labels are missing", () => {
    expect(bothForms(columnCodec(bareColumn(ENUM, 2)), "2c01")).toEqual({ value: 300, text: "300" })
    expect(bothForms(columnCodec(bareColumn(ENUM, 1, { labels })), "03")).toEqual({ value: 3, text: "3" })
  })
})

describe("SET", () => {
  const labels = ["a", "b", "c", "d'e"]
  test.each([
    ["00", ""],
    ["01", "a"],
    ["0b", "a,b,d'e"],
  ])("%s", (hex, text) => {
    expect(bothForms(columnCodec(bareColumn(SET, 1, { labels })), hex)).toEqual({ value: text, text })
  })

  test("is its bits where labels are missing", () => {
    const codec = columnCodec(bareColumn(SET, 8))
    expect(bothForms(codec, "0100000000000080")).toEqual({
      value: 9223372036854775809n,
      text: "9223372036854775809",
    })
    expect(bothForms(columnCodec(bareColumn(SET, 1, { labels })), "10")).toEqual({ value: 16, text: "16" })
  })
})
