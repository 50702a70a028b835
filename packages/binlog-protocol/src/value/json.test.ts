import { describe, expect, test } from "vitest"
import { bareColumn, bothForms } from "../testing/columns.ts"
import { columnCodec } from "./codecs.ts"
import type { JsonValue } from "./parsed-json.ts"
import { ColumnType } from "./column-type.ts"

const codec = columnCodec(bareColumn(ColumnType.JSON, 4))

/** The document with its length in front. */
function forms(hex: string): ReturnType<typeof bothForms> {
  const document = hex.replaceAll(" ", "")
  const length = Buffer.alloc(4)
  length.writeUInt32LE(document.length / 2)
  return bothForms(codec, length.toString("hex") + document)
}

/** A small array of the given members, each its type and its two bytes in the member's entry. */
function smallArray(members: readonly string[], payload = ""): string {
  const count = Buffer.alloc(4)
  count.writeUInt16LE(members.length, 0)
  count.writeUInt16LE(4 + members.length * 3 + payload.length / 2, 2)
  return count.toString("hex") + members.join("") + payload
}

const malformed: unknown = expect.objectContaining({ name: "BinlogError", code: "MALFORMED" })

describe("a document of MySQL's", () => {
  const cases: [string, JsonValue, string][] = [
    ["", null, "null"],
    ["0400", null, "null"],
    ["0401", true, "true"],
    ["0402", false, "false"],
    ["050000", 0, "0"],
    ["05ffff", -1, "-1"],
    ["06ffff", 65535, "65535"],
    ["0700000100", 65536, "65536"],
    ["07ffffffff", -1, "-1"],
    ["08ffffffff", 4294967295, "4294967295"],
    ["0a0100000000002000", 9007199254740993n, "9007199254740993"],
    ["0affffffffffffffff", 18446744073709551615n, "18446744073709551615"],
    ["090000000000000080", -9223372036854775808n, "-9223372036854775808"],
    ["090000008000000000", 2147483648, "2147483648"],
    ["0b000000000000f83f", 1.5, "1.5"],
    ["0b000000000000f03f", 1, "1.0"],
    ["0b0000000000000080", -0, "-0.0"],
    ["0b7dc39425ad49b254", 1e100, "1e100"],
    ["0b92d54d06cff08044", 1e22, "1e22"],
    ["0b48afbc9af2d77a3e", 1e-7, "0.0000001"],
    ["0c00", "", '""'],
    [
      "0c167465787420c3a920f09f98802022205c200a2001202f",
      'text é 😀 " \\ \n \u0001 /',
      String.raw`"text é 😀 \" \\ \n \u0001 /"`,
    ],
    ["0c05080c0d0900", "\b\f\r\t\0", String.raw`"\b\f\r\t\u0000"`],
    ["0c043c3e2627", "<>&'", `"<>&'"`],
    ["0200000400", [], "[]"],
    ["0000000400", {}, "{}"],
    [
      "0204002d0005010005020002100000210002001100050300020a000100070005040001000c000b00010004000061",
      [1, 2, [3, [4]], { a: null }],
      '[1, 2, [3, [4]], {"a": null}]',
    ],
    [
      "0004004900200000002000010021000100220002000c2400002e000501000c47006162616109656d707479206b6579010019000b" +
        "000100020c006303000d000401000402000400000178",
      { "": "empty key", a: { c: [true, false, null] }, b: 1, aa: "x" },
      '{"": "empty key", "a": {"c": [true, false, null]}, "b": 1, "aa": "x"}',
    ],
    ["0f0a0800000000006cbb19", "2026-11-22", '"2026-11-22"'],
    ["0f0b08140a0cb8c8000000", "12:34:56.789012", '"12:34:56.789012"'],
    ["0f0b08ecf5f347 37ffffff", "-12:34:56.789012", '"-12:34:56.789012"'],
    ["0f0b08000000ffffffffff", "-00:00:01.000000", '"-00:00:01.000000"'],
    ["0f0c0820a107b8c86cbb19", "2026-11-22 12:34:56.500000", '"2026-11-22 12:34:56.500000"'],
    ["0ff6080d047ffffb2dea1f", "-1234.5600", "-1234.5600"],
    ["0f0f02cafe", "base64:type15:yv4=", '"base64:type15:yv4="'],
    [
      `0f0f3a${"78".repeat(58)}`,
      `base64:type15:${"eHh4".repeat(19)}\neA==`,
      String.raw`"base64:type15:${"eHh4".repeat(19)}\neA=="`,
    ],
    [
      "0203001c000f0d000f16000f1900f6070b0280000001000f01050f0161",
      ["1.00", "base64:type15:BQ==", "base64:type15:YQ=="],
      '[1.00, "base64:type15:BQ==", "base64:type15:YQ=="]',
    ],
    ["03 01000000 0d000000 07 ffffffff", [-1], "[-1]"],
  ]
  test.each(cases)("%s", (hex, value, text) => {
    expect(forms(hex)).toEqual({ value, text })
  })

  test("of more than 64 KiB, in the large form", () => {
    const text = "v".repeat(70_000)
    const head = "01 01000000 88110100 13000000 0100 0c 14000000 6b f0a204"
    const form = forms(head + Buffer.from(text).toString("hex"))
    expect(form.value).toEqual({ k: text })
    expect(form.text).toBe(`{"k": "${text}"}`)
  })

  test("with a member named __proto__ keeps it as a member", () => {
    const { value } = forms("00 0100 1700 0b00 0900 040100 5f5f70726f746f5f5f")
    expect(Object.entries(value ?? {})).toEqual([["__proto__", true]])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test("with 100 levels is read, with 101 refused", () => {
    const nested = (levels: number): string =>
      levels === 1 ? "00000400" : smallArray(["020700"], nested(levels - 1))
    expect(forms(`02${nested(100)}`).text).toBe("[".repeat(100) + "]".repeat(100))
    expect(() => forms(`02${nested(101)}`)).toThrow(malformed)
  })
})

describe("a corrupt document", () => {
  test.each([
    ["an array that holds itself", `02${smallArray(["020000"])}`],
    ["an array whose members share a part", `02${smallArray(["0c0a00", "0c0a00"], "0378797a")}`],
    ["an offset beyond the end", `02${smallArray(["0c0a01"])}`],
    ["more members than bytes", "02ffff0400"],
    ["a string longer than the document", "0c05616263"],
    ["a length that does not end", "0cffffffffffff"],
    ["an unknown type", "0d00"],
    ["an unknown literal", "0403"],
    ["a literal without its byte", "04"],
    ["a double cut off", "0b00000000"],
    ["a DECIMAL cut off", "0ff6010d"],
    ["a DECIMAL of another length", "0ff6070d047ffffb2dea"],
    ["a DATE of another length", "0f0a0700000000006cbb"],
    ["an opaque value without its type", "0f"],
  ])("%s", (_name, hex) => {
    expect(() => forms(hex)).toThrow(malformed)
  })

  test("that would unfold to 2^99 members ends at once", () => {
    let document = "00000400"
    for (let level = 0; level < 98; level++) document = smallArray(["020a00", "020a00"], document)
    expect(() => forms(`02${document}`)).toThrow(malformed)
  })
})

describe("a document of MariaDB's", () => {
  const text = columnCodec(bareColumn(ColumnType.LONG_BLOB, 4, { collation: 45 }), { special: "json" })
  const read = (document: string): ReturnType<typeof bothForms> => {
    const bytes = Buffer.from(document)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return bothForms(text, Buffer.concat([length, bytes]).toString("hex"))
  }

  test.each([
    ['{ "a":1 }', { a: 1 }],
    ["[9007199254740993, -9007199254740993, 1e400]", [9007199254740993n, -9007199254740993n, Infinity]],
    ['"\\u00e9"', "é"],
    ["null", null],
    ["not JSON", "not JSON"],
    ["[".repeat(200_000), "[".repeat(200_000)],
  ])("keeps its text: %j", (document, value) => {
    expect(read(document)).toEqual({ value, text: document })
  })
})
