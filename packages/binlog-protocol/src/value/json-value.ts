import { readInt64, readUInt64 } from "../bytes/read.ts"
import type { JsonValue } from "./parsed-json.ts"
import type { JsonSink } from "./json-binary.ts"
import { writeOpaque } from "./json-opaque.ts"
import { asciiText } from "./scratch.ts"

interface OpenObject {
  readonly kind: "object"
  readonly members: { [key: string]: JsonValue }
  key: string
}

interface OpenArray {
  readonly kind: "array"
  readonly elements: JsonValue[]
}

/** Builds a document's JavaScript value. */
export class JsonValueSink implements JsonSink {
  /** The document, once the walk is over. */
  result: JsonValue = null
  readonly #open: (OpenObject | OpenArray)[] = []

  literal(value: null | boolean): void {
    this.#add(value)
  }

  integer(value: number): void {
    this.#add(value)
  }

  int64(bytes: Buffer, at: number): void {
    this.#add(readInt64(bytes, at))
  }

  uint64(bytes: Buffer, at: number): void {
    this.#add(readUInt64(bytes, at))
  }

  double(value: number): void {
    this.#add(value)
  }

  string(bytes: Buffer, start: number, end: number): void {
    this.#add(bytes.toString("utf8", start, end))
  }

  opaque(type: number, bytes: Buffer, start: number, end: number): void {
    const text = asciiText((bytes, start, end, out) => writeOpaque(type, bytes, start, end, "\n", out))
    this.#add(text(bytes, start, end))
  }

  begin(kind: "object" | "array"): void {
    this.#open.push(kind === "object" ? { kind, members: {}, key: "" } : { kind, elements: [] })
  }

  next(): void {}

  key(bytes: Buffer, start: number, end: number): void {
    const open = this.#open.at(-1)
    if (open?.kind === "object") open.key = bytes.toString("utf8", start, end)
  }

  end(): void {
    const closed = this.#open.pop()
    if (closed !== undefined) this.#add(closed.kind === "object" ? closed.members : closed.elements)
  }

  #add(value: JsonValue): void {
    const open = this.#open.at(-1)
    if (open === undefined) this.result = value
    else if (open.kind === "array") open.elements.push(value)
    else if (open.key !== "__proto__") open.members[open.key] = value
    // An assignment would set the object's prototype instead of a member.
    else
      Object.defineProperty(open.members, open.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
  }
}
