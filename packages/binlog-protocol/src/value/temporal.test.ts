import { describe, expect, test } from "vitest"
import { bareColumn, bothForms, textOf } from "../testing/columns.ts"
import { columnCodec } from "./codecs.ts"
import { ColumnType } from "./column-type.ts"
import { timestampCodec } from "./timestamp.ts"

const { DATE, DATETIME, DATETIME2, TIME, TIME2, TIMESTAMP, TIMESTAMP2, YEAR } = ColumnType

/** `value` in `size` bytes, most significant first. */
function big(value: bigint, size: number): string {
  return value.toString(16).padStart(size * 2, "0")
}

/** `value` in `size` bytes, least significant first, in two's complement. */
function little(value: number, size: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes.toString("hex", 0, size)
}

function clock(hours: number, minutes: number, seconds: number): bigint {
  return (BigInt(hours) << 12n) | (BigInt(minutes) << 6n) | BigInt(seconds)
}

function calendar(year: number, month: number, day: number): bigint {
  return (BigInt(year * 13 + month) << 5n) | BigInt(day)
}

describe("DATE", () => {
  test.each([
    [2026, 11, 22, "2026-11-22"],
    [0, 0, 0, "0000-00-00"],
    [2024, 0, 0, "2024-00-00"],
    [9999, 12, 31, "9999-12-31"],
  ])("%i %i %i", (year, month, day, text) => {
    const hex = little((year << 9) | (month << 5) | day, 3)
    expect(bothForms(columnCodec(bareColumn(DATE)), hex)).toEqual({ value: text, text })
  })
})

describe("YEAR", () => {
  test.each([
    ["00", 0, "0000"],
    ["01", 1901, "1901"],
    ["ff", 2155, "2155"],
  ])("%s", (hex, value, text) => {
    expect(bothForms(columnCodec(bareColumn(YEAR)), hex)).toEqual({ value, text })
  })
})

describe("TIME", () => {
  test.each([
    [0, 0n, 0n, "00:00:00"],
    [0, clock(12, 34, 56), 0n, "12:34:56"],
    [0, clock(838, 59, 59), 0n, "838:59:59"],
    [1, clock(1, 2, 3), 50n, "01:02:03.5"],
    [2, clock(1, 2, 3), 5n, "01:02:03.05"],
    [3, clock(12, 34, 56), 7890n, "12:34:56.789"],
    [4, clock(12, 34, 56), 7890n, "12:34:56.7890"],
    [5, clock(0, 0, 0), 10n, "00:00:00.00001"],
    [6, clock(12, 34, 56), 789012n, "12:34:56.789012"],
  ])("(%i) %s and %s", (digits, packed, fraction, text) => {
    const size = (digits + 1) >> 1
    const value = (packed << BigInt(size * 8)) | fraction
    const offset = 0x80_0000n << BigInt(size * 8)
    const codec = columnCodec(bareColumn(TIME2, digits))
    expect(bothForms(codec, big(offset + value, 3 + size))).toEqual({ value: text, text })
    const negative = value === 0n ? text : `-${text}`
    expect(bothForms(codec, big(offset - value, 3 + size))).toEqual({ value: negative, text: negative })
  })

  test("takes one second and a hundredth below zero as the source writes it", () => {
    expect(bothForms(columnCodec(bareColumn(TIME2, 2)), "7ffffeff").text).toBe("-00:00:01.01")
    expect(bothForms(columnCodec(bareColumn(TIME2, 2)), "7fffffff").text).toBe("-00:00:00.01")
  })

  test.each([
    [123456, "12:34:56"],
    [-8385959, "-838:59:59"],
    [0, "00:00:00"],
  ])("of before 5.6: %i", (stored, text) => {
    expect(bothForms(columnCodec(bareColumn(TIME)), little(stored, 3))).toEqual({ value: text, text })
  })
})

describe("DATETIME", () => {
  test.each([
    [0, calendar(2026, 11, 22), clock(12, 34, 56), 0n, "2026-11-22 12:34:56"],
    [0, 0n, 0n, 0n, "0000-00-00 00:00:00"],
    [3, 0n, 0n, 0n, "0000-00-00 00:00:00.000"],
    [1, calendar(9999, 12, 31), clock(23, 59, 59), 90n, "9999-12-31 23:59:59.9"],
    [6, calendar(1000, 1, 1), 0n, 1n, "1000-01-01 00:00:00.000001"],
    [0, calendar(2024, 0, 15), 0n, 0n, "2024-00-15 00:00:00"],
  ])("(%i) %s %s %s", (digits, ymd, hms, fraction, text) => {
    const size = (digits + 1) >> 1
    const packed = ((0x80_0000_0000n | (ymd << 17n) | hms) << BigInt(size * 8)) | fraction
    const codec = columnCodec(bareColumn(DATETIME2, digits))
    expect(bothForms(codec, big(packed, 5 + size))).toEqual({ value: text, text })
  })

  test.each([
    [20261122123456, "2026-11-22 12:34:56"],
    [0, "0000-00-00 00:00:00"],
  ])("of before 5.6: %i", (stored, text) => {
    expect(bothForms(columnCodec(bareColumn(DATETIME)), little(stored, 8))).toEqual({ value: text, text })
  })
})

describe("TIMESTAMP", () => {
  test.each([
    [0, "6a1f5b70", "2026-06-02T22:38:40Z"],
    [0, "7fffffff", "2038-01-19T03:14:07Z"],
    [0, "00000001", "1970-01-01T00:00:01Z"],
    [3, "000000010001", "1970-01-01T00:00:01.000Z"],
    [6, "000000010f423f", "1970-01-01T00:00:01.999999Z"],
    [2, "65de8d8005", "2024-02-28T01:33:52.05Z"],
  ])("(%i) %s", (digits, hex, value) => {
    const text = value.replace("T", " ").replace("Z", "")
    expect(bothForms(columnCodec(bareColumn(TIMESTAMP2, digits)), hex)).toEqual({ value, text })
  })

  test("of zero is MySQL's zero in both forms", () => {
    const value = "0000-00-00 00:00:00.000"
    const form = bothForms(columnCodec(bareColumn(TIMESTAMP2, 3)), "000000000000")
    expect(form).toEqual({ value, text: value })
  })

  test("of before 5.6 has its lowest byte first", () => {
    expect(bothForms(columnCodec(bareColumn(TIMESTAMP)), "01000000").value).toBe("1970-01-01T00:00:01Z")
  })

  test.each([0, 951_782_399, 951_782_400, 1_709_164_800, 2_147_483_647, 4_102_444_799, 4_294_967_295])(
    "at %i seconds is the calendar's date",
    (seconds) => {
      const codec = columnCodec(bareColumn(TIMESTAMP2, 0))
      const value = new Date(seconds * 1000).toISOString().replace(".000", "")
      if (seconds > 0) expect(bothForms(codec, big(BigInt(seconds), 4)).value).toBe(value)
    },
  )

  test("can be written in another time zone", () => {
    const codec = timestampCodec(bareColumn(TIMESTAMP2, 0), () => -3600)
    const hour = Buffer.from("00000e10", "hex")
    expect(textOf(codec, hour, 0, 4).toString()).toBe("1970-01-01 00:00:00")
    expect(codec.read(hour, 0, 4)).toBe("1970-01-01T01:00:00Z")
    const zero = Buffer.alloc(4)
    expect(textOf(codec, zero, 0, 4).toString()).toBe("0000-00-00 00:00:00")
  })
})

describe("with fractions in MariaDB's old formats", () => {
  const { DATETIME, TIME, TIMESTAMP } = ColumnType
  // As MariaDB 10.11 wrote them with mysql56_temporal_format=OFF.
  test.each<[ColumnType, number, string, string, string?]>([
    [TIME, 0, "c01dfe", "-12:34:56"],
    [TIME, 3, "00b15478eb", "-12:34:56.789"],
    [TIME, 6, "057e7bbcf7ff", "838:59:59.999999"],
    [DATETIME, 6, "0102d23330da3e40", "2026-11-22 12:34:56.123456"],
    [DATETIME, 0, "c0a6fc686d120000", "2026-11-22 12:34:56"],
    [DATETIME, 1, "000000000000", "0000-00-00 00:00:00.0"],
    [TIMESTAMP, 2, "6b02e1700c", "2026-11-22 12:34:56.12", "2026-11-22T12:34:56.12Z"],
    [TIMESTAMP, 0, "70e1026b", "2026-11-22 12:34:56", "2026-11-22T12:34:56Z"],
    [TIMESTAMP, 6, "0000000107a120", "1970-01-01 00:00:01.500000", "1970-01-01T00:00:01.500000Z"],
    [TIMESTAMP, 1, "0000000000", "0000-00-00 00:00:00.0"],
  ])("type %i with %i digits: %s is %s", (type, oldFraction, hex, text, value = text) => {
    const codec = columnCodec(bareColumn(type), { oldFraction })
    expect(bothForms(codec, hex)).toEqual({ text, value })
  })

  test("more than six digits and years behind 9999 are refused", () => {
    for (const type of [TIME, DATETIME, TIMESTAMP])
      expect(() => columnCodec(bareColumn(type), { oldFraction: 7 }).width).toThrowError(
        expect.objectContaining({ code: "MALFORMED" }),
      )
    const codec = columnCodec(bareColumn(DATETIME), { oldFraction: 6 })
    expect(() => bothForms(codec, "ffffffffffffffff")).toThrowError(
      expect.objectContaining({ code: "MALFORMED" }),
    )
  })
})

test.each([TIME2, DATETIME2])(
  "numbers out of range, in damaged bytes, are the same in both forms (type %i)",
  (type) => {
    for (let digits = 0; digits <= 6; digits++) {
      const codec = columnCodec(bareColumn(type, digits))
      for (const byte of ["ff", "f7", "bf", "8a"]) {
        const { text, value } = bothForms(codec, byte.repeat(codec.width))
        expect(value).toBe(text)
      }
    }
  },
)
