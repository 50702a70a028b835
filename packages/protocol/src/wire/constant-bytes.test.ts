import * as fc from "fast-check"
import { expect, test } from "vitest"
import { matchWords, putWords, sameBytes, wordsOf } from "./constant-bytes.ts"

test("bytes are recognised wherever they stand, and others are not", () => {
  const few = fc.array(fc.constantFrom(0, 1, 255), { minLength: 1, maxLength: 13 })
  fc.assert(
    fc.property(few, few, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (codes, others, shift, index) => {
      const bytes = Buffer.concat([
        Buffer.alloc(shift),
        Buffer.from(codes),
        Buffer.from(others),
        Buffer.alloc(13),
      ])
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const { length } = codes
      const words = new Int32Array(index + wordsOf(length))
      putWords(view, shift, length, words, index)
      for (let at = 0; at + length <= bytes.length; at++) {
        const isSame = bytes.subarray(at, at + length).equals(Buffer.from(codes))
        expect(matchWords(view, at, length, words, index)).toBe(isSame)
        if (length >= 4) expect(sameBytes(view, at, shift, length)).toBe(isSame)
      }
    }),
  )
})
