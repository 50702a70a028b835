import { readInt64, readUInt64 } from "../bytes/read.ts"
import { utf8Text } from "../bytes/text.ts"
import type { JsonValue } from "./parsed-json.ts"
import type { JsonSink } from "./json-binary.ts"
import { keyText } from "./json-key.ts"
import { writeOpaque } from "./json-opaque.ts"
import { asciiText } from "./scratch.ts"

type Members = { [key: string]: JsonValue }

/** A container that is being filled, and the one it lies in. */
interface Open {
  readonly members: Members | undefined
  readonly elements: JsonValue[] | undefined
  readonly outer: Open | undefined
  key: string
}

/** Builds a document's JavaScript value. */
export class JsonValueSink implements JsonSink {
  /** The document, once the walk is over. */
  result: JsonValue = null
  #open: Open | undefined = undefined

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
    this.#add(utf8Text(bytes, start, end))
  }

  opaque(type: number, bytes: Buffer, start: number, end: number): void {
    this.#add(opaqueText(type)(bytes, start, end))
  }

  begin(kind: "object" | "array"): void {
    const isObject = kind === "object"
    this.#open = {
      members: isObject ? {} : undefined,
      elements: isObject ? undefined : [],
      outer: this.#open,
      key: "",
    }
  }

  next(): void {}

  key(bytes: Buffer, start: number, end: number): void {
    if (this.#open !== undefined) this.#open.key = keyText(bytes, start, end)
  }

  end(): void {
    const closed = this.#open
    if (closed === undefined) return
    this.#open = closed.outer
    this.#add(closed.members ?? closed.elements ?? null)
  }

  #add(value: JsonValue): void {
    const open = this.#open
    if (open === undefined) this.result = value
    else if (open.members === undefined) open.elements?.push(value)
    else addMember(open.members, open.key, value)
  }
}

const opaqueTexts: ReturnType<typeof asciiText>[] = []

/** Reads values of a column type inside of documents. */
function opaqueText(type: number): ReturnType<typeof asciiText> {
  return (opaqueTexts[type] ??= asciiText((bytes, start, end, out) =>
    writeOpaque(type, bytes, start, end, "\n", out),
  ))
}

function addMember(members: Members, key: string, value: JsonValue): void {
  if (key !== "__proto__") members[key] = value
  // An assignment would set the object's prototype instead of a member.
  else Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true })
}
