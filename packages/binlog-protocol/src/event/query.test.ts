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

/** The same with the fraction of a second among its status variables, between sql_mode and the catalog. */
function bodyAt(microseconds: number, sql: string, sqlMode = 5): Buffer {
  const variables = Buffer.from("0100000000000000000d0000000603737464", "hex")
  variables.writeUInt8(sqlMode, 1)
  variables.writeUIntLE(microseconds, 10, 3)
  const head = Buffer.alloc(13)
  head.writeUInt16LE(variables.length, 11)
  return Buffer.concat([head, variables, Buffer.from(`\0${sql}`)])
}

test("what comes again at another microsecond is known, and has its own", () => {
  const decoder = new QueryDecoder()
  const bodies = [
    bodyAt(1, "BEGIN"),
    bodyAt(999_999, "BEGIN"),
    bodyAt(0, "BEGIN"),
    bodyAt(1, "BEGIM"),
    bodyAt(1, "BEGIN", 6),
    bodyAt(7, "BEGIN"),
  ]
  for (const bytes of bodies) {
    const event = decoder.decode(base, bytes, 0, bytes.length)
    expect(event).toEqual(decodeQuery(base, bytes, 0, bytes.length))
    expect(event.variables.microseconds).toBe(bytes.readUIntLE(23, 3))
  }
})

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
