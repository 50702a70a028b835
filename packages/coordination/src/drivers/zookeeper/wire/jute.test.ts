import { expect, test } from "vitest"
import { JuteReader } from "./jute-reader.ts"
import { JuteWriter } from "./jute-writer.ts"

const written = new JuteWriter()
  .int(-2)
  .long(-0x0123456789abcdefn)
  .bool(true)
  .buffer(Buffer.of(1, 2, 3))
  .ustring("Grüße 🐳")
  .int(2)
  .ustring("a")
  .ustring("")
  .frame()

test("values stand one after the other, big-endian, behind the length of all", () => {
  const values = [
    "fffffffe",
    "fedcba9876543211",
    "01",
    "00000003 010203",
    "0000000c 4772c3bcc39f6520f09f90b3",
    "00000002 00000001 61 00000000",
  ]
  const bytes = values.join("").replaceAll(" ", "")
  expect(written.toString("hex")).toBe(`${(bytes.length / 2).toString(16).padStart(8, "0")}${bytes}`)
})

test("what was written is read", () => {
  const reader = new JuteReader(written.subarray(4))
  expect(reader.int()).toBe(-2)
  expect(reader.long()).toBe(-0x0123456789abcdefn)
  expect(reader.bool()).toBe(true)
  expect(reader.buffer()).toEqual(Buffer.of(1, 2, 3))
  expect(reader.ustring()).toBe("Grüße 🐳")
  expect(reader.vector(() => reader.ustring())).toEqual(["a", ""])
})

test("nothing is an empty buffer and an empty vector", () => {
  expect(new JuteReader(Buffer.from("ffffffff", "hex")).buffer()).toEqual(Buffer.alloc(0))
  expect(new JuteReader(Buffer.from("ffffffff", "hex")).vector(() => 1)).toEqual([])
})

test("a frame that ends too early, at each length, is an error of ours", () => {
  for (let length = 4; length < written.length; length += 1) {
    const reader = new JuteReader(written.subarray(4, length))
    const read = () => {
      reader.int()
      reader.long()
      reader.bool()
      reader.buffer()
      reader.ustring()
      reader.vector(() => reader.ustring())
    }
    expect(read).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }))
  }
})

test.each(["80000000", "fffffffe", "7fffffff"])("a length of %s is an error of ours", (length) => {
  expect(() => new JuteReader(Buffer.from(length, "hex")).buffer()).toThrow(
    expect.objectContaining({ code: "UNAVAILABLE" }),
  )
})
