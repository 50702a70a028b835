import { execFileSync } from "node:child_process"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { recorded } from "../testing/recorded.ts"
import { columnOf, rowChangeBytes } from "../testing/written-rows.ts"
import { changesOf } from "./change.ts"
import { readJsonText } from "./json-reader.ts"
import { jsonOf } from "./json.ts"
import type { Value } from "./value.ts"

/** Reads a document that is all of these bytes. */
type ReadBytes = (bytes: Buffer) => Value | undefined

const [entry] = recorded("images-mysql")

const readers: Readonly<Record<string, ReadBytes>> = {
  "by itself"(bytes) {
    const surrounded = Buffer.concat([Buffer.from("?"), bytes, Buffer.from('1"')])
    return readJsonText(surrounded, 1, surrounded.length - 2)
  },
  "in a row"(bytes) {
    if (entry === undefined) throw new Error("nothing was recorded")
    const mark = "\u0001".repeat(bytes.length)
    const storeValue = rowChangeBytes(1, [{ before: [], after: [columnOf(0, "json", 12, mark)] }])
    bytes.copy(storeValue, storeValue.lastIndexOf(mark))
    const [change] = changesOf({ header: entry.header, entryType: "ROWDATA", storeValue })
    return change?.kind === "insert" ? change.after["c0"] : undefined
  },
}

/** So often that objects are made by each kind of maker. */
const OFTEN = Array.from({ length: 100 })

/** A text in which the order of members shows. */
function inOrder(value: Value | undefined): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each))
}

describe.each(Object.entries(readers))("%s", (_, readBytes) => {
  function read(text: string): Value | undefined {
    return readBytes(Buffer.from(text))
  }

  function expectSame(text: string): void {
    const expected = jsonOf(Buffer.from(text).toString())
    const value = read(text)
    expect(value, text).toStrictEqual(expected)
    expect(inOrder(value), text).toBe(inOrder(expected))
  }

  test.each([
    "{}",
    "[]",
    "[[], {}, [{}], [[1, -0, 2.50, -1e-7, 1E+2, 123456789.125, 0.1]]]",
    '{"b": 1, "a": null, "2": true, "1": false}',
    '{"a":1,"b":[{"a":"x"},{"a":"größer 東京 😀"}]}',
    ' \t\n\r{ "a" :\n[ 1 ,\t2 ] , "b" : { } } ',
    String.raw`{"a\"b": "\\ \/ \" \n\t\u00e9\ud83d\ude00", "\u0061": "é\"", "a": 1}`,
    '{"a": 1, "b": 2, "a": 3}',
    '{"__proto__": {"x": 1}, "constructor": 1, "toString": 2}',
    "[9007199254740991, 9007199254740993, -18446744073709551616, 1234567890123456]",
    "[1.7976931348623157e308, 4.9E-324, 0.30000000000000004, 12345678901234567.5]",
    `{"${"long".repeat(200)}": "${'x\\"'.repeat(400)}"}`,
    `${"[".repeat(200)}1${"]".repeat(200)}`,
    `{"a": "${"x".repeat(10_000)}"}`,
  ])("plain or not, %s is what JSON.parse makes of it", (text) => {
    for (const _ of OFTEN) expectSame(text)
    for (let end = 0; end < Math.min(text.length, 300); end++) expectSame(text.slice(0, end))
  })

  test.each([
    "[01]",
    "[1.]",
    "[.5]",
    "[-]",
    "[+1]",
    "[1e]",
    "[1 2]",
    "[,]",
    "[1,]",
    '{"a"}',
    '{"a":1,}',
    "{a:1}",
  ])("%s is no JSON and stays text", (text) => expect(read(text)).toBe(text))

  test.each([
    "[tru]",
    "[nulls]",
    "[falsE]",
    '["\u0001"]',
    '["\\x"]',
    '["a]',
    "[1]]",
    "{}1",
    "\u00A0[]",
    "[]\u0000",
  ])("nor is %j", (text) => expect(read(text)).toBe(text))

  test("any document comes through, and objects are not shared", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.boolean(), (text, isSpaced) => {
        expectSame(isSpaced ? text.replaceAll(/([,:])/g, "$1 ") : text)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom("a", "b", "é", "0"), fc.jsonValue())), (objects) => {
        expectSame(JSON.stringify(objects))
      }),
    )
    expect(read('{"a": {"b": 1}}')).not.toBe(read('{"a": {"b": 1}}'))
  })

  test("a document with a changed byte is what JSON.parse makes of it", () => {
    const text =
      '{"id": -12, "name": "gr\\"öß", "tags": ["a", true, null], "price": 1.5e3, "o": {"x": false}}'
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(readBytes(changed)).toStrictEqual(jsonOf(changed.toString()))
      }
    }
  })

  test("objects of any number of members come through", () => {
    for (const count of [64, 255, 256, 257, 5000]) {
      const members = Array.from({ length: count }, (_member, i) => `"member${i}": ${i}`)
      for (let i = 0; i < 3; i++) expectSame(`[{${members.join(", ")}}, {"a": 1}]`)
    }
  })

  test("keys that are never the same do not fill the memory", () => {
    for (let i = 0; i < 20_000; i++)
      expect(read(`{"k${i}": ${i}, "x": {"${i}": 1}}`)).toEqual(jsonOf(`{"k${i}": ${i}, "x": {"${i}": 1}}`))
  })
})

test("without code generation the same values come out", () => {
  const text = '{"b": 1, "a": ["größer", {"2": "x", "1": 9007199254740993}]}'
  const script = `
    const { readJsonText } = await import("${import.meta.resolve("./json-reader.ts")}")
    const bytes = Buffer.from(${JSON.stringify(text)})
    let value
    for (let i = 0; i < 100; i++) value = readJsonText(bytes, 0, bytes.length)
    process.stdout.write(JSON.stringify(value, (_, each) => typeof each === "bigint" ? each + "n" : each))
  `
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script]
  const cwd = new URL("../..", import.meta.url)
  expect(execFileSync(process.execPath, flags, { cwd, encoding: "utf8" })).toBe(inOrder(jsonOf(text)))
})
