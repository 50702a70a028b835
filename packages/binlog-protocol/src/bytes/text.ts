import { canGenerate, generated } from "./generated.ts"
import { readUInt8 } from "./read.ts"

type ReadText = (bytes: Buffer, start: number, end: number) => string

/*
 * Node's own methods behind `Buffer.toString`, which looks up the encoding by its name for each call: a tenth of the
 * time that a short string takes.
 */
function methodOf(name: "utf8Slice" | "latin1Slice"): (this: Buffer, start: number, end: number) => string
function methodOf(name: string): unknown {
  const method: unknown = Reflect.get(Buffer.prototype, name)
  return method
}

const utf8Slice = methodOf("utf8Slice")
const latin1Slice = methodOf("latin1Slice")

/** The text that UTF-8 from `start` to `end` makes. */
export function utf8Text(bytes: Buffer, start: number, end: number): string {
  const read = shortReaders[end - start]
  return read === undefined ? utf8Slice.call(bytes, start, end) : read(bytes, start, end)
}

/** Each byte as the character of the same number. */
export function latin1Text(bytes: Buffer, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end)
}

/** Up to this length text is made of its characters, which takes half as long as asking the engine's decoder. */
const SHORT = 24

const places = Array.from({ length: SHORT }, (_, index) => index)

/** By the length of the text in bytes. */
const shortReaders: readonly ReadText[] = canGenerate
  ? Array.from({ length: SHORT + 1 }, (_, length) => shortReader(length))
  : []

/** By the length of the text in UTF-16 code units. */
const unitReaders: readonly ((units: Uint16Array) => string)[] = canGenerate
  ? Array.from({ length: SHORT + 1 }, (_, length) => unitReader(length))
  : []

/** The code units of one short text. */
const units = new Uint16Array(SHORT)

/** Reads ASCII of this length at once. */
function shortReader(length: number): ReadText {
  if (length === 0) return () => ""
  const codes = places.slice(0, length)
  return generated<ReadText>(
    ["other", "fromCharCode"],
    `return (bytes, start, end) => {
      const ${codes.map((index) => `c${index} = bytes[start + ${index}]`).join(", ")}
      if ((${codes.map((index) => `c${index}`).join(" | ")}) > 127) return other(bytes, start, end)
      return fromCharCode(${codes.map((index) => `c${index}`).join(", ")})
    }`,
  )(shortText, String.fromCharCode)
}

function unitReader(length: number): (units: Uint16Array) => string {
  return generated<(units: Uint16Array) => string>(
    ["fromCharCode"],
    `return (units) => fromCharCode(${places
      .slice(0, length)
      .map((index) => `units[${index}]`)
      .join(", ")})`,
  )(String.fromCharCode)
}

/** Reads short text of any characters. */
function shortText(bytes: Buffer, start: number, end: number): string {
  const count = fillUnits(bytes, start, end)
  return unitReaders[count]?.(units) ?? utf8Slice.call(bytes, start, end)
}

/** Puts the text's code units in `units` and gives their count; −1 where it is no sound UTF-8. */
function fillUnits(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; count++) {
    const first = readUInt8(bytes, at)
    if (first < 0x80) {
      units[count] = first
      at++
      continue
    }
    const second = continuation(bytes, at + 1, end)
    if (first < 0xe0) {
      const code = ((first & 0x1f) << 6) | second
      if (first < 0xc2 || second < 0) return -1
      units[count] = code
      at += 2
      continue
    }
    const third = continuation(bytes, at + 2, end)
    if (first < 0xf0) {
      const code = ((first & 0xf) << 12) | (second << 6) | third
      if (second < 0 || third < 0 || code < 0x800 || (code >= 0xd800 && code < 0xe000)) return -1
      units[count] = code
      at += 3
      continue
    }
    const fourth = continuation(bytes, at + 3, end)
    const code = ((first & 7) << 18) | (second << 12) | (third << 6) | fourth
    if (first > 0xf4 || second < 0 || third < 0 || fourth < 0 || code < 0x1_0000 || code > 0x10_ffff)
      return -1
    units[count++] = 0xd7c0 + (code >> 10)
    units[count] = 0xdc00 | (code & 0x3ff)
    at += 4
  }
  return count
}

/** What a byte adds to a character that began before it; −1 where it does not. */
function continuation(bytes: Buffer, at: number, end: number): number {
  const byte = at < end ? readUInt8(bytes, at) : 0
  return (byte & 0xc0) === 0x80 ? byte & 0x3f : -1
}
