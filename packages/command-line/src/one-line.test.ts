import { expect, test } from "vitest"
import { oneLine } from "./one-line.ts"

test.each([
  ["as it is", "as it is"],
  ['Unexpected token, "{\n  x"... ', 'Unexpected token, "{ x"...'],
  ["red \u001B[31mname\r\n", "red [31mname"],
])("%j", (text, line) => {
  expect(oneLine(text)).toBe(line)
})
