import type { Column } from "@canal/protocol"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { readValue, valueOf, valueType } from "./value.ts"

const column = (mysqlType: string, sqlType: number, value: string | undefined): Column => ({
  index: 0,
  sqlType,
  name: "c",
  isKey: false,
  updated: false,
  isNull: value === undefined,
  value,
  mysqlType,
})

test.each([
  ["int(11) unsigned", 4, "4294967295", 4_294_967_295],
  ["BIGINT", -5, "9007199254740993", 9_007_199_254_740_993n],
  ["bigint unsigned", 3, "18446744073709551615", 18_446_744_073_709_551_615n],
  ["BOOLEAN", -6, "1", 1],
  ["bit(64)", -7, "18446744073709551615", 18_446_744_073_709_551_615n],
  ["YEAR", 12, "0000", 0],
  ["decimal(65,30)", 3, "1.500000000000000000000000000000", "1.500000000000000000000000000000"],
  ["DOUBLE", 8, "1.7976931348623157E308", Number.MAX_VALUE],
  ["float", 7, "1.0E-4", 1e-4],
  ["time(3)", 92, "-838:59:59.000", "-838:59:59.000"],
  ["datetime", 93, "0000-00-00 00:00:00", "0000-00-00 00:00:00"],
  ["varchar(20)", 12, "12", "12"],
  ["varbinary(20)", 2004, "\u0000ÿ", Uint8Array.of(0, 255)],
  ["GEOMETRY", 2004, "\u0001", Uint8Array.of(1)],
  ["enum('a','it''s, b','c')", 4, "2", "it's, b"],
  ["enum('a')", 4, "0", ""],
  ["enum('a')", 4, "7", 7],
  ["enum", 4, "2", 2],
  ["SET('x','y','z')", -7, "5", "x,z"],
  ["SET('x','y','z')", -7, "0", ""],
  ["set", -7, "5", 5],
  [
    "JSON",
    12,
    '{"a": [1, 18446744073709551615, 1.5e0, null]}',
    { a: [1, 18_446_744_073_709_551_615n, 1.5, null] },
  ],
  ["JSON", 12, "JSON_REPLACE(j, '$.a', 5)", "JSON_REPLACE(j, '$.a', 5)"],
  ["JSON", 2004, '"Ã©"', "é"],
  ["uuid", 1, "x", "x"],
  ["", 12, "x", "x"],
  ["int", 4, undefined, null],
  ["int", 4, "-0", -0],
  ["int", 4, "", 0],
  ["int", 4, "1.5", "1.5"],
  ["bigint", -5, "00000010000000.5", "00000010000000.5"],
  ["set('x')", -7, "0000001.E+-00000", "0000001.E+-00000"],
  ["bigint", -5, "-9007199254740991", -9_007_199_254_740_991],
  ["bigint", -5, "-9223372036854775808", -9_223_372_036_854_775_808n],
  ["double", 8, "-0.0", -0],
  ["double", 8, "NaN", Number.NaN],
  ["double", 8, ".", Number.NaN],
  ["double", 8, "1.0E", Number.NaN],
  ["double", 8, "-.", Number.NaN],
  ["double", 8, "E7", Number.NaN],
  ["double", 8, "4.9E-324", Number.MIN_VALUE],
  ["varbinary(300)", 2004, "ÿ".repeat(300), new Uint8Array(300).fill(255)],
  ["varbinary(20)", 2004, "\uFFFD", Uint8Array.of(253)],
  ["varchar(9)", 12, "größer 東京", "größer 東京"],
  ["varchar(30)", 12, "x".repeat(30), "x".repeat(30)],
  ["JSON", 12, "[1234567890123456, 12345678901234567]", [1_234_567_890_123_456, 12_345_678_901_234_567n]],
])("%s of sqlType %i: %s", (mysqlType, sqlType, text, expected) => {
  expect(valueOf(column(mysqlType, sqlType, text))).toEqual(expected)
})

test("labels of a type that is cut off are read in one go", () => {
  const cut = `enum('a','${String.raw`\'`.repeat(200_000)}`
  expect(valueOf(column(cut, 4, "1"))).toBe("a")
  expect(valueOf(column(cut, 4, "2"))).toBe(2)
})

test("numbers are those that the engine reads from the same text", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.integer({ min: -12, max: 22 }), (double, exponent) => {
      for (const text of [javaText(double), javaText(Math.fround(double)), `${double}`, `1.25E${exponent}`]) {
        expect(valueOf(column("double", 8, text)), text).toBe(Number(text))
      }
    }),
  )
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), (integer) => {
      const number = Number(integer)
      const expected = Number.isSafeInteger(number) ? number : integer
      expect(valueOf(column("bigint", -5, `${integer}`))).toBe(expected)
    }),
  )
})

test("integers of JSON are exact wherever they stand", () => {
  for (const integer of ["9007199254740993", "-18446744073709551616", "90071992547409930"]) {
    for (let length = 0; length < 40; length++) {
      const text = `["${"x".repeat(length)}", ${integer}, 1]`
      expect(valueOf(column("json", 12, text))).toEqual(["x".repeat(length), BigInt(integer), 1])
    }
  }
})

test("any text and any bytes come through", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.uint8Array({ maxLength: 80 }),
      (text, bytes) => {
        expect(valueOf(column("varchar(40)", 12, text))).toBe(text)
        const latin1 = Buffer.from(bytes).toString("latin1")
        expect(valueOf(column("varbinary(80)", 2004, latin1))).toEqual(bytes)
      },
    ),
  )
})

test("numbers of many digits are those that the engine reads, at every exponent", () => {
  const digits = fc.stringMatching(/^[1-9]\d{14,18}$/)
  fc.assert(
    fc.property(digits, fc.integer({ min: -90, max: 90 }), fc.boolean(), (text, exponent, isNegative) => {
      const number = `${isNegative ? "-" : ""}${text[0]}.${text.slice(1)}E${exponent}`
      expect(valueOf(column("double", 8, number)), number).toBe(Number(number))
    }),
    { numRuns: 5000 },
  )
})

test.each([2n ** 53n, 2n ** 63n, 2n ** 64n, 10n ** 15n, 10n ** 19n, 10n ** 20n, 9_007_199n * 10n ** 9n])(
  "integers around %s are exact",
  (middle) => {
    for (let integer = middle - 3n; integer <= middle + 3n; integer++) {
      for (const each of [integer, -integer]) {
        const number = Number(each)
        const expected = Number.isSafeInteger(number) ? number : each
        expect(valueOf(column("bigint", -5, `${each}`))).toBe(expected)
        expect(valueOf(column("bigint", -5, `${each}x`))).toBe(`${each}x`)
      }
    }
  },
)

test("bytes that are no UTF-8 become what the decoder makes of them", () => {
  const some = fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x9f,
    0xbf,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xe6,
    0xed,
    0xef,
    0xf0,
    0xff,
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(some, { maxLength: 30 }), (any, codes) => {
      for (const bytes of [Buffer.from(any), Buffer.from(codes)]) {
        const expected = bytes.toString()
        expect(readValue(valueType("text"), bytes, 0, bytes.length, 12)).toBe(expected)
        const latin1 = new Uint8Array(Buffer.from(expected, "latin1"))
        expect(readValue(valueType("blob"), bytes, 0, bytes.length, 2004)).toEqual(latin1)
      }
    }),
    { numRuns: 2000 },
  )
})

/** A number much as Java prints it. */
function javaText(number: number): string {
  return String(number)
    .replace(/e\+?/, "E")
    .replace(/^(-?\d+)(?=E|$)/, "$1.0")
}
