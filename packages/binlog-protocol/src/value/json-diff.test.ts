import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ByteWriter } from "../bytes/byte-writer.ts"
import { diffBytes, jsonBytes } from "../testing/json-bytes.ts"
import type { Plain } from "../testing/json-bytes.ts"
import { applyDiffs, readDiffValues, writeDiffs } from "./json-diff.ts"
import { readRawValue } from "./json-document.ts"
import { parsePath } from "./json-path.ts"
import { readJson } from "./json-value.ts"

const REPLACE = 0
const INSERT = 1
const REMOVE = 2
type Diff = readonly [operation: number, path: string, value?: Plain]

function applied(document: Buffer, ...diffs: readonly Diff[]): Buffer {
  const changes = diffBytes(...diffs)
  const { type, bytes } = applyDiffs(readRawValue(document, 0, document.length), changes, 0, changes.length)
  return Buffer.concat([Buffer.of(type), bytes])
}

function flip(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at % copy.length) ^ (1 << bit), at % copy.length)
  return copy
}

describe("applyDiffs", () => {
  const before: Plain = { a: 1, b: [1, 2, 3], cc: { d: "text", "e.f": null }, "": 70_000 }

  test.each<[string, readonly Diff[], Plain]>([
    ["replaces a member", [[REPLACE, "$.a", 2]], { ...before, a: 2 }],
    ["replaces an element", [[REPLACE, "$.b[1]", "two"]], { ...before, b: [1, "two", 3] }],
    ["replaces within", [[REPLACE, "$.cc.d", [1]]], { ...before, cc: { d: [1], "e.f": null } }],
    [
      "replaces behind a quoted key",
      [[REPLACE, '$.cc."e.f"', true]],
      { ...before, cc: { d: "text", "e.f": true } },
    ],
    ["replaces behind an empty key", [[REPLACE, '$.""', -5]], { ...before, "": -5 }],
    ["replaces all", [[REPLACE, "$", [1, 2]]], [1, 2]],
    [
      "replaces in what it replaced",
      [
        [REPLACE, "$.a", { x: 1 }],
        [REPLACE, "$.a.x", 2],
      ],
      { ...before, a: { x: 2 } },
    ],
    ["adds a member", [[INSERT, "$.bb", { y: 0.5 }]], { ...before, bb: { y: 0.5 } }],
    ["puts an element in front", [[INSERT, "$.b[0]", 0]], { ...before, b: [0, 1, 2, 3] }],
    ["puts an element at the end", [[INSERT, "$.b[3]", 4]], { ...before, b: [1, 2, 3, 4] }],
    [
      "counts from the end",
      [
        [REPLACE, "$.b[last]", 4],
        [INSERT, "$.b[last-1]", 0],
        [REMOVE, "$.b[last-3]"],
      ],
      { ...before, b: [0, 2, 4] },
    ],
    ["removes a member", [[REMOVE, "$.cc"]], { a: 1, b: [1, 2, 3], "": 70_000 }],
    ["removes an element", [[REMOVE, "$.b[0]"]], { ...before, b: [2, 3] }],
    [
      "does several in turn",
      [
        [REMOVE, "$.b[0]"],
        [REPLACE, "$.b[0]", 9],
        [INSERT, "$.z", false],
      ],
      { ...before, b: [9, 3], z: false },
    ],
  ])("%s", (_, diffs, after) => {
    expect(readJson(applied(jsonBytes(before), ...diffs), 0, 10_000)).toEqual(after)
    // The bytes are those that MySQL writes for the document.
    expect(applied(jsonBytes(before), ...diffs).equals(jsonBytes(after))).toBe(true)
    expect(readJson(applied(jsonBytes(before, true), ...diffs), 0, 10_000)).toEqual(after)
  })

  test("goes over to the large form where the small one has no room, and back", () => {
    const long = "x".repeat(70_000)
    const grown = applied(jsonBytes({ a: 1, n: -7, m: 70_000, k: null }), [REPLACE, "$.a", long])
    expect(grown[0]).toBe(1)
    expect(readJson(grown, 0, grown.length)).toEqual({ a: long, k: null, m: 70_000, n: -7 })
    const back = applied(grown, [REMOVE, "$.a"])
    expect(back.equals(jsonBytes({ n: -7, m: 70_000, k: null }))).toBe(true)
  })

  test.each<[string, readonly Diff[]]>([
    ["a missing member", [[REPLACE, "$.x", 1]]],
    ["a missing element", [[REPLACE, "$.b[3]", 1]]],
    ["an element before the first", [[REPLACE, "$.b[last-3]", 1]]],
    ["the inside of a scalar", [[REPLACE, "$.a.x", 1]]],
    ["a member of an array", [[INSERT, "$.b.x", 1]]],
    ["an element of an object", [[INSERT, "$.cc[0]", 1]]],
    ["a key that is there", [[INSERT, "$.a", 1]]],
    ["all of it", [[REMOVE, "$"]]],
    ["an unknown operation", [[3, "$.a", 1]]],
    ["no path", [[REMOVE, "a"]]],
    ["a wildcard", [[REMOVE, "$.b[*]"]]],
    ["a quoted key that does not end", [[REMOVE, '$."a']]],
    ["a path deeper than documents are", [[REMOVE, `$${".a".repeat(101)}`]]],
  ])("refuses %s", (_, diffs) => {
    expect(() => applied(jsonBytes(before), ...diffs)).toThrowError(
      expect.objectContaining({ code: "MALFORMED" }),
    )
  })

  test("nothing else but with a BinlogError: flipped bits in documents and changes", () => {
    const document = jsonBytes(before)
    const changes = diffBytes([REPLACE, "$.b[1]", "two"], [INSERT, "$.cc.x", { y: 1 }], [REMOVE, "$.a"])
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(7), fc.boolean(), (at, other, bit, both) => {
        const [from, diffs] = [flip(document, at, bit), both ? flip(changes, other, bit) : changes]
        try {
          const { bytes } = applyDiffs(readRawValue(from, 0, from.length), diffs, 0, diffs.length)
          expect(bytes.length).toBeLessThan(500)
          writeDiffs(diffs, 0, diffs.length, "j", new ByteWriter())
        } catch (error) {
          expect(error).toMatchObject({ name: "BinlogError" })
        }
      }),
      { numRuns: 3000 },
    )
  })

  test("any document survives the replacement of any of its parts", () => {
    const { json } = fc.letrec<{ json: Plain }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ maxLength: 5 })),
        fc.array(tie("json"), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ maxLength: 3 }).filter((key) => key !== "__proto__"),
          tie("json"),
          { maxKeys: 4 },
        ),
      ),
    }))
    fc.assert(
      fc.property(json, json, json, fc.boolean(), (first, second, value, large) => {
        const document = jsonBytes({ first, second, rest: [first, value] }, large)
        const changed = applied(document, [REPLACE, "$.second", value], [INSERT, "$.rest[1]", second])
        const expected = jsonBytes({ first, second: value, rest: [first, second, value] })
        expect(readJson(changed, 0, changed.length)).toEqual(readJson(expected, 0, expected.length))
      }),
    )
  })
})

function textOf(...diffs: readonly Diff[]): string {
  const bytes = diffBytes(...diffs)
  const out = new ByteWriter()
  writeDiffs(bytes, 0, bytes.length, "j", out)
  return out.copy().toString()
}

test("as text, neighbours of one kind share a call, others nest", () => {
  expect(textOf()).toBe("j")
  expect(textOf([REPLACE, "$.a", 2], [REPLACE, "$.b", [1]])).toBe("JSON_REPLACE(j, '$.a', 2, '$.b', [1])")
  expect(textOf([REMOVE, "$.a"], [INSERT, "$.é", "x"], [INSERT, "$.b[0]", null], [REMOVE, "$.d"])).toBe(
    `JSON_REMOVE(JSON_ARRAY_INSERT(JSON_INSERT(JSON_REMOVE(j, '$.a'), '$.é', "x"), '$.b[0]', null), '$.d')`,
  )
})

test("as values", () => {
  const bytes = diffBytes([REPLACE, "$.a", { b: 1 }], [REMOVE, "$.c"])
  expect(readDiffValues(bytes, 0, bytes.length)).toEqual([
    { operation: "replace", path: "$.a", value: { b: 1 } },
    { operation: "remove", path: "$.c", value: undefined },
  ])
})

test("paths", () => {
  expect(parsePath('$.a."b\\"c"[10].é$_1[0]')).toEqual(["a", 'b"c', 10, "é$_1", 0])
  expect(parsePath("$[last].a[last-12]")).toEqual([-1, "a", -13])
  expect(parsePath("$")).toEqual([])
})
