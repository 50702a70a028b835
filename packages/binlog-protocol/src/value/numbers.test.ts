import { describe, expect, test } from "vitest"
import { bareColumn, bothForms } from "../testing/columns.ts"
import { columnCodec } from "./codecs.ts"
import { ColumnType } from "./column-type.ts"

const { BIT, DOUBLE, FLOAT, INT24, LONG, LONGLONG, NEWDECIMAL, SHORT, TINY } = ColumnType

describe("integers", () => {
  test.each([
    [TINY, false, "80", -128],
    [TINY, false, "7f", 127],
    [TINY, true, "ff", 255],
    [SHORT, false, "0080", -32768],
    [SHORT, true, "ffff", 65535],
    [INT24, false, "000080", -8388608],
    [INT24, false, "ffffff", -1],
    [INT24, true, "ffffff", 16777215],
    [LONG, false, "00000080", -2147483648],
    [LONG, true, "ffffffff", 4294967295],
    [LONGLONG, false, "ffffffffffffffff", -1],
    [LONGLONG, false, "0000000000000080", -9223372036854775808n],
    [LONGLONG, false, "ffffffffffffff7f", 9223372036854775807n],
    [LONGLONG, false, "0100000000002000", 9007199254740993n],
    [LONGLONG, false, "ffffffffffff1f00", 9007199254740991],
    [LONGLONG, false, "010000000000e0ff", -9007199254740991],
    [LONGLONG, false, "000000000000e0ff", -9007199254740992n],
    [LONGLONG, true, "ffffffffffffffff", 18446744073709551615n],
    [LONGLONG, true, "0000000000000080", 9223372036854775808n],
    [LONGLONG, true, "00000000ffffffff", 18446744069414584320n],
    [LONGLONG, true, "00ca9a3b00000000", 1_000_000_000],
  ])("type %i, unsigned %s: %s", (type, unsigned, hex, value) => {
    expect(bothForms(columnCodec(bareColumn(type, 0, { unsigned })), hex)).toEqual({
      value,
      text: `${value}`,
    })
  })

  test("count as signed when nobody knows, and as the hint says", () => {
    const column = bareColumn(TINY)
    expect(bothForms(columnCodec(column), "ff").value).toBe(-1)
    expect(bothForms(columnCodec(column, { unsigned: true }), "ff").value).toBe(255)
    expect(
      bothForms(columnCodec(bareColumn(TINY, 0, { unsigned: false }), { unsigned: true }), "ff").value,
    ).toBe(-1)
  })
})

describe("DECIMAL", () => {
  test.each([
    [14, 4, "81 0dfb38d2 04d2", "1234567890.1234"],
    [14, 4, "7e f204c72d fb2d", "-1234567890.1234"],
    [10, 0, "80 00000000", "0"],
    [10, 0, "89 3b9ac9ff", "9999999999"],
    [10, 0, "7f fffffffe", "-1"],
    [5, 2, "8000 00", "0.00"],
    [5, 2, "83e7 63", "999.99"],
    [5, 2, "7ffe ff", "-1.00"],
    [9, 9, "80000001", "0.000000001"],
    [9, 9, "44653600", "-0.999999999"],
    [1, 0, "89", "9"],
    [1, 0, "76", "-9"],
    [18, 4, "800000 00000000 0001", "0.0001"],
    [18, 4, "7fffff ffffffff fffe", "-0.0001"],
    [20, 10, "80 00000000 00000000 00", "0.0000000000"],
    [30, 0, "8000 00000001 00000000 00000007", "1000000000000000007"],
  ])("(%i,%i): %s", (precision, scale, hex, text) => {
    const codec = columnCodec(bareColumn(NEWDECIMAL, (precision << 8) | scale))
    expect(bothForms(codec, hex)).toEqual({ value: text, text })
  })

  test("refuses a group that nine digits cannot hold", () => {
    const codec = columnCodec(bareColumn(NEWDECIMAL, 9 << 8))
    expect(() => bothForms(codec, "bb9aca00")).toThrow(expect.objectContaining({ code: "MALFORMED" }))
  })

  test.each([
    [0, 0],
    [66, 0],
    [5, 6],
  ])("(%i,%i) is refused on first use", (precision, scale) => {
    const codec = columnCodec(bareColumn(NEWDECIMAL, (precision << 8) | scale))
    expect(() => codec.width).toThrow(expect.objectContaining({ code: "MALFORMED" }))
  })
})

describe("FLOAT", () => {
  test.each([
    [0, "0"],
    [-0, "-0"],
    [1.5, "1.5"],
    [0.1, "0.1"],
    [3.4028235e38, "3.40282e38"],
    [1.17549435e-38, "1.17549e-38"],
    [1.4e-45, "1.4013e-45"],
    [16777216, "16777200"],
    [100000.5, "100000"],
    [100001.5, "100002"],
    [1e7, "10000000"],
    [1e14, "100000000000000"],
    [1e15, "1e15"],
    [1e-7, "0.0000001"],
    [-123456.789, "-123457"],
    [-48523.05, "-48523.1"],
    [1.745805e21, "1.74581e21"],
  ])("%f is shown as %s", (number, text) => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(number)
    expect(bothForms(columnCodec(bareColumn(FLOAT, 4)), bytes.toString("hex"))).toEqual({
      value: Math.fround(number),
      text,
    })
  })
})

describe("DOUBLE", () => {
  test.each([
    [0, "0"],
    [-0, "-0"],
    [0.1, "0.1"],
    [1e100, "1e100"],
    [1e22, "1e22"],
    [1e15, "1e15"],
    [999999999999999, "999999999999999"],
    [3018182547851424.5, "3018182547851424.5"],
    [1234567890123456, "1.234567890123456e15"],
    [123456789.12345679, "123456789.12345679"],
    [1e-7, "0.0000001"],
    [1.25e-15, "0.00000000000000125"],
    [1e-16, "1e-16"],
    [1.5e-16, "1.5e-16"],
    [1.7976931348623157e308, "1.7976931348623157e308"],
    [5e-324, "5e-324"],
    [-33333.333333333336, "-33333.333333333336"],
  ])("%d is shown as %s", (value, text) => {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    expect(bothForms(columnCodec(bareColumn(DOUBLE, 8)), bytes.toString("hex"))).toEqual({ value, text })
  })
})

describe("BIT", () => {
  test.each([
    [1, "01", 1],
    [12, "0801", 2049],
    [33, "0100000000", 4294967296],
    [53, "1fffffffffffff", Number.MAX_SAFE_INTEGER],
    [64, "8000000000000000", 9223372036854775808n],
    [64, "ffffffffffffffff", 18446744073709551615n],
  ])("(%i): %s", (bits, hex, value) => {
    expect(bothForms(columnCodec(bareColumn(BIT, bits)), hex).value).toBe(value)
  })

  test("shows its bytes", () => {
    expect(bothForms(columnCodec(bareColumn(BIT, 16)), "4142").text).toBe("AB")
  })
})
