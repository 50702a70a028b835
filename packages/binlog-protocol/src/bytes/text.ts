import { canGenerate, generated } from "./generated.ts"

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

/** By the length of the text. */
const shortReaders: readonly ReadText[] = canGenerate
  ? Array.from({ length: SHORT + 1 }, (_, length) => shortReader(length))
  : []

/** Reads ASCII of this length at once, and leaves other text to the decoder. */
function shortReader(length: number): ReadText {
  if (length === 0) return () => ""
  const places = Array.from({ length }, (_, index) => index)
  return generated<ReadText>(
    ["decode", "fromCharCode"],
    `return (bytes, start, end) => {
      const ${places.map((index) => `c${index} = bytes[start + ${index}]`).join(", ")}
      if ((${places.map((index) => `c${index}`).join(" | ")}) > 127) return decode(bytes, start, end)
      return fromCharCode(${places.map((index) => `c${index}`).join(", ")})
    }`,
  )((bytes: Buffer, start: number, end: number) => utf8Slice.call(bytes, start, end), String.fromCharCode)
}
