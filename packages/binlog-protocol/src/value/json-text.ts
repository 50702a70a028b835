import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt8 } from "../bytes/read.ts"
import { writeDoubleText } from "./float-text.ts"
import type { JsonSink } from "./json-binary.ts"
import { isBareOpaque, writeOpaque } from "./json-opaque.ts"
import { writeInt64, writeUnsigned, writeWhole } from "./whole-text.ts"

const QUOTE = 0x22
const BACKSLASH = 0x5c

const SHORT_ESCAPES = new Map([
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [QUOTE, '\\"'],
  [BACKSLASH, "\\\\"],
])

/** Writes a document as MySQL shows it: `{"a": 1, "b": [1.0, 2]}`. */
export class JsonTextSink implements JsonSink {
  readonly #out: ByteWriter

  constructor(out: ByteWriter) {
    this.#out = out
  }

  literal(value: null | boolean): void {
    this.#out.ascii(String(value))
  }

  integer(value: number): void {
    writeWhole(value, this.#out)
  }

  int64(bytes: Buffer, at: number): void {
    writeInt64(bytes, at, this.#out)
  }

  uint64(bytes: Buffer, at: number): void {
    writeUnsigned(bytes, at, 8, this.#out)
  }

  double(value: number): void {
    const begin = this.#out.length
    writeDoubleText(value, this.#out)
    if (isWholeText(this.#out.bytes, begin, this.#out.length)) this.#out.ascii(".0")
  }

  string(bytes: Buffer, start: number, end: number): void {
    writeQuoted(bytes, start, end, this.#out)
  }

  opaque(type: number, bytes: Buffer, start: number, end: number): void {
    const bare = isBareOpaque(type)
    if (!bare) this.#out.byte(QUOTE)
    writeOpaque(type, bytes, start, end, "\\n", this.#out)
    if (!bare) this.#out.byte(QUOTE)
  }

  begin(kind: "object" | "array"): void {
    this.#out.ascii(kind === "object" ? "{" : "[")
  }

  next(): void {
    this.#out.ascii(", ")
  }

  key(bytes: Buffer, start: number, end: number): void {
    writeQuoted(bytes, start, end, this.#out)
    this.#out.ascii(": ")
  }

  end(kind: "object" | "array"): void {
    this.#out.ascii(kind === "object" ? "}" : "]")
  }
}

/** Whether the text is digits only, perhaps with a minus: it would read as an integer. */
function isWholeText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = readUInt8(bytes, at)
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x2d) return false
  }
  return true
}

function writeQuoted(bytes: Buffer, start: number, end: number, out: ByteWriter): void {
  out.byte(QUOTE)
  for (let at = start; at < end; at++) {
    const copied = copyPlain(bytes, at, end, out)
    if (copied === end) break
    at = copied
    const byte = readUInt8(bytes, at)
    out.ascii(SHORT_ESCAPES.get(byte) ?? `\\u${byte.toString(16).padStart(4, "0")}`)
  }
  out.byte(QUOTE)
}

/** Appends the bytes up to one that must be escaped; gives where that is. */
function copyPlain(bytes: Buffer, start: number, end: number, out: ByteWriter): number {
  out.reserve(end - start)
  const target = out.bytes
  const shift = out.length - start
  let at = start
  for (; at < end; at++) {
    const byte = readUInt8(bytes, at)
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) break
    target[at + shift] = byte
  }
  out.length = at + shift
  return at
}
