import { deflateRawSync, deflateSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { bareColumn, bothForms } from "../testing/columns.ts"
import { columnCodec } from "./codecs.ts"
import { ColumnType } from "./column-type.ts"

const { MARIADB_BLOB_COMPRESSED, MARIADB_VARCHAR_COMPRESSED, STRING } = ColumnType
const malformed: unknown = expect.objectContaining({ name: "BinlogError", code: "MALFORMED" })

/** The value as BINARY: its length in a byte, zero bytes at its end taken off. */
function binary(hex: string): string {
  const bare = hex.replaceAll(" ", "").replace(/(00)+$/, "")
  return (bare.length / 2).toString(16).padStart(2, "0") + bare
}

describe("INET4", () => {
  test.each([
    ["0a010203", "10.1.2.3"],
    ["0a000000", "10.0.0.0"],
    ["00000000", "0.0.0.0"],
    ["ffffffff", "255.255.255.255"],
  ])("%s", (hex, text) => {
    const codec = columnCodec(bareColumn(STRING, 4, { collation: 63 }), { special: "inet4" })
    expect(bothForms(codec, binary(hex))).toEqual({ value: text, text })
  })
})

describe("INET6", () => {
  test.each([
    ["0000 0000 0000 0000 0000 0000 0000 0000", "::"],
    ["0000 0000 0000 0000 0000 0000 0000 0001", "::1"],
    ["2001 0db8 0000 0000 0000 0000 0000 0001", "2001:db8::1"],
    ["2001 0db8 0000 0000 0001 0000 0000 0000", "2001:db8:0:0:1::"],
    ["0000 0000 0000 0000 0000 ffff 0a01 0203", "::ffff:10.1.2.3"],
    ["0000 0000 0000 0000 0000 0000 0a01 0203", "::10.1.2.3"],
    ["ffff ffff ffff ffff ffff ffff ffff ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("%s", (hex, text) => {
    const codec = columnCodec(bareColumn(STRING, 16, { collation: 63 }), { special: "inet6" })
    expect(bothForms(codec, binary(hex))).toEqual({ value: text, text })
  })
})

describe("UUID", () => {
  test.each([
    ["426655440000 a456 12d3 e89b 123e4567", "123e4567-e89b-12d3-a456-426655440000"],
    ["00000000000000000000000000000000", "00000000-0000-0000-0000-000000000000"],
    ["0190a1b2c3d4 7e5f 8a6b 7c8d9eafb0c1", "0190a1b2-c3d4-7e5f-8a6b-7c8d9eafb0c1"],
  ])("%s", (hex, text) => {
    const codec = columnCodec(bareColumn(STRING, 16, { collation: 63 }), { special: "uuid" })
    expect(bothForms(codec, binary(hex))).toEqual({ value: text, text })
  })
})

test("a hint that the wire contradicts is not taken", () => {
  const codec = columnCodec(bareColumn(STRING, 8, { collation: 63 }), { special: "inet4" })
  expect(bothForms(codec, "020a01").value).toEqual(Uint8Array.of(10, 1))
})

test("a value longer than its type is refused", () => {
  const codec = columnCodec(bareColumn(STRING, 4), { special: "inet4" })
  expect(() => bothForms(codec, "050a01020304")).toThrow(malformed)
})

/** The payload with its length in two bytes in front. */
function value(payload: Buffer): string {
  const length = Buffer.alloc(2)
  length.writeUInt16LE(payload.length)
  return Buffer.concat([length, payload]).toString("hex")
}

describe("a compressed column", () => {
  const plain = "compressed ".repeat(30)
  const column = bareColumn(MARIADB_BLOB_COMPRESSED, 2, { collation: 45 })
  test.each([
    ["deflated", Buffer.concat([Buffer.from([0x8a, 0x01, 0x4a]), deflateRawSync(plain)]), plain],
    [
      "deflated in zlib's wrapper",
      Buffer.concat([Buffer.from([0x82, 0x01, 0x4a]), deflateSync(plain)]),
      plain,
    ],
    ["kept as it is", Buffer.from("\0short"), "short"],
    ["empty", Buffer.alloc(0), ""],
  ])("%s", (_name, payload, text) => {
    expect(bothForms(columnCodec(column), value(payload))).toEqual({ value: text, text })
  })

  test("of bytes, and of VARCHAR", () => {
    const bytes = columnCodec(bareColumn(MARIADB_BLOB_COMPRESSED, 2, { collation: 63 }))
    expect(bothForms(bytes, value(Buffer.from([0, 0xff]))).value).toEqual(Uint8Array.of(0xff))
    const short = columnCodec(bareColumn(MARIADB_VARCHAR_COMPRESSED, 100, { collation: 45 }))
    expect(bothForms(short, "020061").value).toBe("a")
  })

  test.each([
    ["another method", Buffer.from([0x91, 1, 2])],
    ["no length", Buffer.from([0x80, 1])],
    ["a length cut off", Buffer.from([0x84, 1])],
    ["no deflated bytes", Buffer.from([0x89, 5, 0xff])],
    ["more than announced", Buffer.concat([Buffer.from([0x89, 0x05]), deflateRawSync(plain)])],
    ["less than announced", Buffer.concat([Buffer.from([0x8a, 0x09, 0x4a]), deflateRawSync(plain)])],
  ])("refuses %s", (_name, payload) => {
    expect(() => bothForms(columnCodec(column), value(payload))).toThrow(malformed)
  })
})

test.each([ColumnType.DECIMAL, ColumnType.NULL, ColumnType.TYPED_ARRAY])(
  "type %i is refused by name",
  (type) => {
    const codec = columnCodec(bareColumn(type))
    expect(() => codec.width).toThrow(malformed)
    expect(() => codec.read(Buffer.alloc(1), 0, 1)).toThrow(`type ${type}`)
  },
)
