import { expect, test } from "vitest"
import { Frames } from "./frames.ts"

const bodies = [Buffer.alloc(37, 1), Buffer.alloc(0), Buffer.alloc(5000, 2), Buffer.of(3)]
const stream = Buffer.concat(bodies.flatMap((body) => [int(body.length), body]))

test("frames come out of the stream however it is cut", () => {
  for (const size of [1, 2, 3, 5, 7, 41, 1000, stream.length]) {
    const frames = new Frames()
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; at += size)
      found.push(...frames.push(stream.subarray(at, at + size)))
    expect(found).toEqual(bodies)
  }
})

test.each([
  ["HTTP/1.1 400 Bad Request", "1213486160 bytes"],
  ["\u0015\u0003\u0003\u0000\u0002", "352518912 bytes"],
  ["\u0000\u0000\u0004\u0001", "1025 bytes"],
])("a stranger that begins with %j is known by its first length", (text, message) => {
  expect(() => new Frames().push(Buffer.from(text, "latin1"))).toThrow(message)
})

test.each([-1, -0x8000_0000, 0x7fff_ffff, 64 * 1024 * 1024 + 1])(
  "a later length of %d is refused",
  (length) => {
    const frames = new Frames()
    expect(frames.push(stream)).toHaveLength(bodies.length)
    expect(() => frames.push(int(length))).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }))
  },
)

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
