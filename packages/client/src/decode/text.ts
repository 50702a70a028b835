import { decodeUtf8 } from "@canal/protocol"
import { canGenerate, generated } from "./generated.ts"

type TextReader = (bytes: Buffer, start: number, end: number) => string

/** Up to this length text is made of its characters, which is faster than to ask the engine's decoder. */
const SHORT = 24

/** By the length of the text. */
const shortReaders: readonly TextReader[] = Array.from({ length: SHORT + 1 }, (_, length) =>
  length > 0 && canGenerate ? shortReader(length) : decodeUtf8,
)

/** Text; what is no UTF-8 becomes U+FFFD. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const read = shortReaders[end - start]
  return read === undefined ? decodeUtf8(bytes, start, end) : read(bytes, start, end)
}

/** Reads ASCII of this length at once, and leaves other text to the decoder. */
function shortReader(length: number): TextReader {
  const places = Array.from({ length }, (_, i) => i)
  return generated<TextReader>(
    ["decodeUtf8", "fromCharCode"],
    `return (bytes, start, end) => {
      const ${places.map((i) => `c${i} = bytes[start + ${i}]`).join(", ")}
      if ((${places.map((i) => `c${i}`).join(" | ")}) > 127) return decodeUtf8(bytes, start, end)
      return fromCharCode(${places.map((i) => `c${i}`).join(", ")})
    }`,
  )(decodeUtf8, String.fromCharCode)
}
