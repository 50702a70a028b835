import { array, assert, constantFrom, oneof, property, uint8Array } from "fast-check"
import { expect, test } from "vitest"
import { utf8Text } from "./text.ts"

const characters = constantFrom(
  "a",
  "\u007f",
  "\u0080",
  "ä",
  "\u07ff",
  "\u0800",
  "汉",
  "\uffff",
  "\u{10000}",
  "😀",
  "\u{10ffff}",
)

test("UTF-8 of any length, sound or not, is what the engine makes of it", () => {
  const piece = oneof(
    characters.map((text) => Buffer.from(text)),
    uint8Array({ minLength: 1, maxLength: 3 }),
    // Longer than it need be, half of a surrogate pair, beyond the last character.
    constantFrom("c080", "e08080", "eda080", "f0808080", "f4908080").map((hex) => Buffer.from(hex, "hex")),
  )
  assert(
    property(array(piece, { maxLength: 12 }), (pieces) => {
      const bytes = Buffer.concat([Buffer.of(0xc3), ...pieces, Buffer.of(0xa4)])
      for (const end of [bytes.length - 1, bytes.length])
        expect(utf8Text(bytes, 1, end)).toBe(bytes.toString("utf8", 1, end))
    }),
    { numRuns: 5000 },
  )
})
