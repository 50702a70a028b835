import { expect, test } from "vitest"
import type { EventBase } from "./event.ts"
import { decodeQuery, QueryDecoder } from "./query.ts"

const base: EventBase = {
  file: "b.1",
  position: 4,
  endPosition: 100,
  length: 96,
  timestamp: 7,
  serverId: 3,
  typeCode: 2,
  flags: 0,
}

function body(threadId: number, schema: string, sql: string): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32LE(threadId, 0)
  head.writeUInt8(schema.length, 8)
  return Buffer.concat([head, Buffer.from(`${schema}\0${sql}`)])
}

test("what comes again is told apart from what only looks like it, however many come between", () => {
  const decoder = new QueryDecoder()
  const others = Array.from({ length: 12 }, (_, i) => body(i, `s${i}`, "BEGIN"))
  const bodies = [
    body(1, "a", "BEGIN"),
    body(2, "a", "BEGIN"),
    body(3, "b", "BEGIN"),
    body(4, "a", "BEGIM"),
    body(5, "a", "BEGIN"),
    ...others,
    ...others,
    body(6, "", "x".repeat(1000)),
    body(7, "", "x".repeat(1000)),
  ]
  for (const bytes of bodies)
    expect(decoder.decode(base, bytes, 0, bytes.length)).toEqual(decodeQuery(base, bytes, 0, bytes.length))
})

test("what is cut off is refused, also where the whole came before", () => {
  const decoder = new QueryDecoder()
  const whole = body(1, "a", "BEGIN")
  decoder.decode(base, whole, 0, whole.length)
  for (let end = 0; end < 15; end++)
    expect(() => decoder.decode(base, whole, 0, end)).toThrow(expect.objectContaining({ code: "TRUNCATED" }))
})
