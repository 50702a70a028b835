import { decodeUtf8 } from "@canal/protocol"
import { canGenerate, generated } from "./generated.ts"

declare global {
  interface Buffer {
    /** Node's own, without the checks of `toString`. */
    latin1Slice(start: number, end: number): string
    ucs2Slice(start: number, end: number): string
  }
}

type TextReader = (bytes: Buffer, start: number, end: number) => string

/** Up to so many bytes text is made of its characters, which is faster than to ask the engine's decoder. */
const SHORT = 28

/** Room for the characters of a short text. */
const room = new Uint16Array(SHORT)

/** By the number of characters. */
const characterReaders: readonly (() => string)[] = canGenerate
  ? Array.from({ length: SHORT + 1 }, (_, count) => characterReader(count))
  : []

/** By the length of the text. */
const shortReaders: readonly TextReader[] = Array.from({ length: SHORT + 1 }, (_, length) =>
  length > 0 && canGenerate ? shortReader(length) : decodeUtf8,
)

/** Text whose characters are a byte each. */
export const readLatin1: TextReader = canGenerate
  ? latin1Reader()
  : (bytes, start, end) => bytes.latin1Slice(start, end)

/** Text whose characters are two bytes each, least significant first. */
export function readUtf16(bytes: Buffer, start: number, end: number): string {
  return bytes.ucs2Slice(start, end)
}

/** Text; what is no UTF-8 becomes U+FFFD. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const read = shortReaders[end - start]
  return read === undefined ? decodeUtf8(bytes, start, end) : read(bytes, start, end)
}

/** Reads ASCII of this length at once. */
function shortReader(length: number): TextReader {
  const places = Array.from({ length }, (_, i) => i)
  return generated<TextReader>(
    ["readCharacters", "fromCharCode"],
    `return (bytes, start, end) => {
      const ${places.map((i) => `c${i} = bytes[start + ${i}]`).join(", ")}
      if ((${places.map((i) => `c${i}`).join(" | ")}) > 127) return readCharacters(bytes, start, end)
      return fromCharCode(${places.map((i) => `c${i}`).join(", ")})
    }`,
  )(readCharacters, String.fromCharCode)
}

/** Reads bytes as characters, those of a short text at once. */
function latin1Reader(): TextReader {
  const cases = Array.from({ length: SHORT + 1 }, (_, length) => {
    const codes = Array.from({ length }, (_, i) => `bytes[start + ${i}]`)
    return `case ${length}: return fromCharCode(${codes.join(", ")})`
  })
  return generated<TextReader>(
    ["fromCharCode"],
    `return (bytes, start, end) => {
      switch (end - start) {
        ${cases.join("\n")}
        default: return bytes.latin1Slice(start, end)
      }
    }`,
  )(String.fromCharCode)
}

/** Reads short text of characters of up to three bytes, and leaves other text to the decoder. */
function readCharacters(bytes: Buffer, start: number, end: number): string {
  let count = 0
  for (let at = start; at < end;) {
    const lead = bytes[at] ?? 0
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : 3
    let character = lead
    if (size > 1) {
      const next = bytes[at + 1] ?? 0
      const last = bytes[at + size - 1] ?? 0
      if (at + size > end || (next & 0xc0) !== 0x80 || (last & 0xc0) !== 0x80)
        return decodeUtf8(bytes, start, end)
      character = ((lead & 0x1f) << 6) | (next & 0x3f)
      if (size === 3) character = ((character << 6) | (last & 0x3f)) & 0xffff
      const least = size === 2 ? 0x80 : 0x800
      if (lead < 0xc2 || lead > 0xef || character < least || (character & 0xf800) === 0xd800)
        return decodeUtf8(bytes, start, end)
    }
    room[count++] = character
    at += size
  }
  return characterReaders[count]?.() ?? decodeUtf8(bytes, start, end)
}

/** Makes a text of so many characters in the room. */
function characterReader(count: number): () => string {
  const characters = Array.from({ length: count }, (_, i) => `room[${i}]`)
  return generated<() => string>(
    ["room", "fromCharCode"],
    `return () => fromCharCode(${characters.join(", ")})`,
  )(room, String.fromCharCode)
}
