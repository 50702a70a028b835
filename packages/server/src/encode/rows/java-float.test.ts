import { ByteWriter } from "@canal/binlog-protocol"
import { expect, test } from "vitest"
import { writeJavaDouble, writeJavaFloat } from "./java-float.ts"

function text(write: (value: number, out: ByteWriter) => void, value: number): string {
  const out = new ByteWriter(8)
  write(value, out)
  return out.copy().toString("latin1")
}

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [0.001, "0.001"],
  [0.00099, "9.9E-4"],
  [9_999_999, "9999999.0"],
  [1e7, "1.0E7"],
  [-123_456.789, "-123456.789"],
  [123_456_789.123, "1.23456789123E8"],
  [1e23, "1.0E23"],
  [2e22, "2.0E22"],
  [2.2250738585072014e-308, "2.2250738585072014E-308"],
  [4.9e-324, "4.9E-324"],
  [1.7976931348623157e308, "1.7976931348623157E308"],
])("DOUBLE %s is %s", (value, expected) => {
  expect(text(writeJavaDouble, value)).toBe(expected)
})

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [3.14, "3.14"],
  [0.1, "0.1"],
  [0.0001, "1.0E-4"],
  [3.333_333_3, "3.3333333"],
  [16_777_216, "1.6777216E7"],
  [-123_456.789, "-123456.79"],
  [1.4e-45, "1.4E-45"],
  [2e-44, "2.0E-44"],
  [2 ** 87, "1.5474251E26"],
  [2 ** -44, "5.684342E-14"],
  [1.175_494_35e-38, "1.1754944E-38"],
  [3.402_823_5e38, "3.4028235E38"],
])("FLOAT %s is %s", (value, expected) => {
  expect(text(writeJavaFloat, Math.fround(value))).toBe(expected)
})

test("what is written reads back as the same number, and with one digit less no float does", () => {
  const bytes = Buffer.alloc(8)
  let seed = 1
  for (let round = 0; round < 20_000; round++) {
    for (let at = 0; at < 8; at += 4) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      bytes.writeUInt32LE(seed, at)
    }
    const double = bytes.readDoubleLE(0)
    const float = bytes.readFloatLE(0)
    if (Number.isFinite(double)) expect(Number(text(writeJavaDouble, double))).toBe(double)
    if (!Number.isFinite(float)) continue
    const written = text(writeJavaFloat, float)
    expect(Math.fround(Number(written))).toBe(float)
    const digits = written
      .replace(/E.*/, "")
      .replaceAll(/[-.]/g, "")
      .replaceAll(/^0+|0+$/g, "").length
    if (digits > 2) expect(Math.fround(Number(float.toExponential(digits - 2)))).not.toBe(float)
  }
})
