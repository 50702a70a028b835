import { ByteWriter } from "@canal/binlog-protocol"
import protobuf from "protobufjs"
import { expect, test } from "vitest"
import {
  beginLength,
  bytesTag,
  endLength,
  putBytes,
  putVarint,
  varintSize,
  varintTag,
  writeInt32Field,
  writeStringField,
  writeVarintField,
} from "./protobuf.ts"

test("int32 fields, negative ones too, are what protobufjs writes", () => {
  for (const value of [0, 1, 127, 128, 2005, -1, -7, -128, -129, 2 ** 31 - 1, -(2 ** 31)]) {
    const out = new ByteWriter(1)
    writeInt32Field(varintTag(2), value, out)
    expect(out.copy()).toEqual(Buffer.from(protobuf.Writer.create().uint32(16).int32(value).finish()))
  }
})

test("the size of a varint is the one it takes, written or put", () => {
  for (let bits = 0; bits <= 53; bits++)
    for (const value of [2 ** bits - 1, Math.min(2 ** bits, Number.MAX_SAFE_INTEGER)]) {
      const out = new ByteWriter(1)
      writeVarintField(varintTag(1), value, out)
      expect(out.length - 1).toBe(varintSize(value))
      const place = Buffer.alloc(10)
      expect(putVarint(place, 1, value)).toBe(out.length)
      expect(place.subarray(1, out.length)).toEqual(out.copy().subarray(1))
    }
})

test("few bytes and many are put where they belong, and nowhere else", () => {
  const source = Buffer.from(Array.from({ length: 200 }, (_, i) => i + 1))
  for (const count of [0, 1, 39, 40, 41, 150]) {
    const target = Buffer.alloc(200)
    expect(putBytes(source, 10, 10 + count, target, 20)).toBe(20 + count)
    expect(target.subarray(20, 20 + count)).toEqual(source.subarray(10, 10 + count))
    expect(target.every((byte, at) => byte === 0 || (at >= 20 && at < 20 + count))).toBe(true)
  }
})

test("what was written moves when its length takes another width than was left free", () => {
  for (const size of [0, 1, 127, 128, 16_383, 16_384])
    for (const width of [1, 2, 4]) {
      const out = new ByteWriter(1)
      out.ascii("before")
      const start = beginLength(out, width)
      const content = "x".repeat(size)
      out.ascii(content)
      const taken = endLength(out, start, width)
      out.ascii("behind")
      expect(taken).toBe(varintSize(size))
      const text = out.copy().toString("latin1")
      expect(text.startsWith("before") && text.endsWith(`${content}behind`)).toBe(true)
      expect(text.length).toBe(6 + taken + size + 6)
    }
})

test("strings are UTF-8 behind their length in bytes", () => {
  const out = new ByteWriter(1)
  writeStringField(bytesTag(3), "é".repeat(80), out)
  expect(out.copy()).toEqual(Buffer.from(protobuf.Writer.create().uint32(26).string("é".repeat(80)).finish()))
})
