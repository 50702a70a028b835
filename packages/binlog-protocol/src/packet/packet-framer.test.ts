import { array, assert, nat, property } from "fast-check"
import { expect, test } from "vitest"
import { PacketFramer } from "./packet-framer.ts"

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  header[3] = sequence & 0xff
  return Buffer.concat([header, payload])
}

/** Gives the framer more bytes and takes what they complete. */
function push(framer: PacketFramer, chunk: Buffer): readonly Buffer[] {
  const completed: Buffer[] = []
  framer.push(chunk)
  while (framer.next()) completed.push(framer.bytes.subarray(framer.start, framer.end))
  return completed
}

const payloads = [Buffer.from("a"), Buffer.alloc(0), Buffer.from("hello"), Buffer.alloc(300, 7)]
const stream = Buffer.concat(payloads.map((payload, i) => packet(i, payload)))

test("payloads survive any split", () => {
  assert(
    property(array(nat({ max: stream.length }), { maxLength: 12 }), (cuts) => {
      const framer = new PacketFramer()
      const ends = [...new Set([...cuts, stream.length])].sort((a, b) => a - b)
      const got: Buffer[] = []
      let from = 0
      for (const end of ends) {
        got.push(...push(framer, stream.subarray(from, end)))
        from = end
      }
      expect(got).toEqual(payloads)
      expect(framer.idle).toBe(true)
    }),
  )
})

test("byte by byte", () => {
  const framer = new PacketFramer()
  const got = Array.from(stream).flatMap((byte) => push(framer, Buffer.of(byte)))
  expect(got).toEqual(payloads)
})

test("a payload within a chunk is not copied", () => {
  const [first] = push(new PacketFramer(), stream)
  expect(first?.buffer).toBe(stream.buffer)
})

test.each([
  ["unannounced", 0],
  ["announced", 0xff_ffff + 70_000],
  ["announced as longer than they are", 2 ** 31],
])("payloads of 16 MiB − 1 and more are joined, %s", (_, announced) => {
  const full = Buffer.alloc(0xff_ffff, 1)
  for (const rest of [0, 1, 70_000]) {
    const bytes = Buffer.concat([
      packet(0, full),
      packet(1, Buffer.alloc(rest, 2)),
      packet(2, Buffer.from("x")),
    ])
    const framer = new PacketFramer(() => announced)
    const got: Buffer[] = []
    for (let at = 0; at < bytes.length; at += 65_536)
      got.push(...push(framer, bytes.subarray(at, at + 65_536)))
    expect(got.map((payload) => payload.length)).toEqual([full.length + rest, 1])
    expect(got[0]?.[full.length]).toBe(rest === 0 ? undefined : 2)
  }
})

test("a gap in the sequence numbers is told", () => {
  const framer = new PacketFramer()
  push(framer, packet(0, Buffer.from("a")))
  expect(() => push(framer, packet(2, Buffer.from("b")))).toThrow(/sequence number 2 instead of 1/)
})
