import * as fc from "fast-check"
import { expect, test } from "vitest"
import { decodeKnownUtf8, decodeUtf8 } from "./text.ts"

test("text that came before is the same as decoded text, whatever came before", () => {
  const byte = fc.constantFrom(0x00, 0x61, 0x62, 0x7f, 0x80, 0xa9, 0xbf, 0xc2, 0xc3, 0xe9, 0xef, 0xbd, 0xff)
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 4 }), fc.string({ maxLength: 80 }), (codes, text) => {
      for (const bytes of [Buffer.from(codes), Buffer.from(text)]) {
        const decoded = bytes.toString("utf8")
        expect(decodeUtf8(bytes, 0, bytes.length)).toBe(decoded)
        expect(decodeKnownUtf8(bytes, 0, bytes.length)).toBe(decoded)
        expect(decodeKnownUtf8(bytes, 0, bytes.length)).toBe(decoded)
      }
    }),
    { numRuns: 3000 },
  )
})
