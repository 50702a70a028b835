import { expect, test } from "vitest"
import { canonicalText, selectedText } from "./canonical.ts"

test.each([
  ["integer", 9_007_199_254_740_993n, "9007199254740993"],
  ["integer", "9007199254740993", "9007199254740993"],
  ["float", 0.1, "0.10000000149011612"],
  ["timestamp", "2026-11-22T12:34:56Z", "2026-11-22 12:34:56"],
  ["labels", ["a", "b"], "a,b"],
  ["bytes", new Uint8Array([0, 255]), "00ff"],
  ["bits", Buffer.from([1, 2]), "258"],
  ["bits", 258, "258"],
  ["json", { b: [1, { d: 2, c: 3n }], a: null }, '{"a":null,"b":[1,{"c":"3","d":2}]}'],
  ["text", null, "\0NULL"],
] as const)("%s %o is %s", (form, value, text) => {
  expect(canonicalText(form, value)).toBe(text)
})

test("what a SELECT shows is the same text", () => {
  expect(selectedText("double", "1e20")).toBe(canonicalText("double", 1e20))
  expect(selectedText("float", "0.10000000149011612")).toBe(canonicalText("float", Math.fround(0.1)))
  expect(selectedText("json", '{"b": 1, "a": [1.50]}')).toBe(canonicalText("json", { a: [1.5], b: 1 }))
  expect(selectedText("text", null)).toBe("\0NULL")
})
