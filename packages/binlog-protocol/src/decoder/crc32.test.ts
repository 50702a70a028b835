import { crc32 } from "node:zlib"
import { expect, test } from "vitest"
import { crc32Of } from "./crc32.ts"

test("short or long, wherever the bytes lie, it is zlib's", () => {
  const bytes = Buffer.from(Array.from({ length: 600 }, (_, i) => (i * i * 31 + i) >>> 2))
  for (let start = 0; start < 9; start++)
    for (let end = start; end <= bytes.length; end++)
      expect(crc32Of(bytes, start, end)).toBe(crc32(bytes.subarray(start, end)))
})
