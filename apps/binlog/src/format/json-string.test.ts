import { expect, test } from "vitest"
import { jsonString } from "./json-string.ts"

test.each(["", 'a "quoted"\n\u0000 text', `${"é😀".repeat(400_000)}"`])(
  "in pieces or not, it is one string",
  (text) => {
    const bytes = Buffer.from(`${text}rest`)
    const written = [...jsonString(bytes, bytes.length - 4)]
    expect(JSON.parse(written.join(""))).toBe(text)
    expect(written.length).toBeLessThan(10)
  },
)
