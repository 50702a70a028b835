import { expect, test } from "vitest"
import { bareColumn, textOf } from "../testing/columns.ts"
import { jsonBytes } from "../testing/json-bytes.ts"
import type { Plain } from "../testing/json-bytes.ts"
import { columnCodec } from "./codecs.ts"
import { ColumnType } from "./column-type.ts"

const codec = columnCodec(bareColumn(ColumnType.JSON, 4))
const OFTEN = 300

/** As JSON.parse reads it. */
function roundBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value
}

function outcome(form: () => unknown): unknown {
  try {
    return form()
  } catch (error) {
    expect(error).toMatchObject({ name: "BinlogError" })
    return "refused"
  }
}

function read(bytes: Buffer): unknown {
  return codec.read(bytes, 0, bytes.length)
}

test.each<[string, Plain]>([
  ["plain keys", { id: 1, name: "x", tags: ["a", { deep: null }], price: 1.5 }],
  ["one key", { only: true }],
  ["keys too short for a shape", { a: 1, b: 2 }],
  ["numbers as keys", { "10": 1, "9": 2, name: 3 }],
  ["keys that every object knows", { toString: 1, constructor: 2, valueOf: 3 }],
  ["a key that would be the prototype", { ["__proto__"]: { a: 1 }, other: 2 }],
  ["very many keys", Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key${i}`, i]))],
  [
    "more keys than an object has room for",
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i])),
  ],
])("an object with %s is the same at every reading", (_, value) => {
  const bytes = jsonBytes(value)
  const first = read(bytes)
  expect(first).toStrictEqual(value)
  for (let i = 0; i < OFTEN; i++) read(bytes)
  const last = read(bytes)
  expect(last).toStrictEqual(value)
  expect(Object.getPrototypeOf(last)).toBe(Object.prototype)
  expect(JSON.stringify(last)).toBe(JSON.stringify(first))
})

test("objects of as long keys, cut otherwise, are told apart", () => {
  const values: Plain[] = [
    { ab: 1, cde: 2 },
    { a: 1, bcde: 2 },
    { ab: 1, cdf: 2 },
    { ab: "x", cde: "y" },
  ]
  const documents = values.map((value) => jsonBytes(value))
  for (let i = 0; i < OFTEN; i++)
    for (const [index, document] of documents.entries()) expect(read(document)).toEqual(values[index])
})

test("damage is refused or read as in the text, however often the shape was met", () => {
  const document = jsonBytes({ id: 7, name: "name", tags: [1, "two"], price: 2.5 })
  for (let i = 0; i < OFTEN; i++) read(document)
  for (let at = 0; at < document.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(document)
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at)
      const value = outcome(() => JSON.stringify(read(damaged), roundBigint))
      const text = outcome(() =>
        JSON.stringify(JSON.parse(String(textOf(codec, damaged, 0, damaged.length)))),
      )
      expect(value).toBe(text)
    }
})
