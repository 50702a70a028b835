import { expect, it } from "vitest"
import { parseLabels } from "./information-schema.ts"

it.each([
  ["enum('small','medium')", ["small", "medium"]],
  ["set('a,b','it''s','')", ["a,b", "it's", ""]],
  ["enum('new\\nline','back\\\\slash','nul\\0')", ["new\nline", "back\\slash", "nul\0"]],
  ["enum(')')", [")"]],
])("reads the labels of %s", (type, expected) => {
  expect(parseLabels(type)).toEqual(expected)
})
