import { ProtocolError } from "../errors.ts"
import { decodeKnownUtf8, decodeUtf8 } from "./text.ts"

/** How deep groups, which nobody uses any more, may be nested in one another. */
const MOST_NESTED = 100

/** Reads protobuf primitives from one buffer; throws RangeError where the bytes end or make no sense. */
export class MessageReader {
  readonly bytes: Buffer
  pos = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** The lower 32 bits of a varint; also a tag, or a length. */
  uint32(): number {
    const byte = this.bytes[this.pos] ?? 0xff
    if (byte > 0x7f) return this.#longVarint()
    this.pos++
    return byte
  }

  int32(): number {
    return this.uint32() | 0
  }

  bool(): boolean {
    return this.uint32() !== 0
  }

  string(): string {
    const start = this.#passBytes()
    return decodeUtf8(this.bytes, start, this.pos)
  }

  /** A string that has probably come before, such as a name. */
  knownString(): string {
    const start = this.#passBytes()
    return decodeKnownUtf8(this.bytes, start, this.pos)
  }

  /** A view of as many bytes as a length says. */
  view(): Buffer {
    const start = this.#passBytes()
    return this.bytes.subarray(start, this.pos)
  }

  skip(length: number): void {
    const left = this.bytes.length - this.pos
    if (length > left) {
      throw new RangeError(`${length} bytes should follow at ${this.pos}, ${left} are there`)
    }
    this.pos += length
  }

  /** Passes over the value of a field. @param wireType the lower three bits of its tag */
  skipType(wireType: number, depth = 0): void {
    switch (wireType) {
      case 0:
        this.uint32()
        return
      case 1:
        return this.skip(8)
      case 2:
        return this.skip(this.uint32())
      case 3:
        if (depth >= MOST_NESTED) throw new RangeError(`groups are nested too deep at ${this.pos}`)
        for (let tag = this.uint32(); (tag & 7) !== 4; tag = this.uint32()) this.skipType(tag & 7, depth + 1)
        return
      case 5:
        return this.skip(4)
      default:
        throw new RangeError(`wire type ${wireType} does not exist, at ${this.pos}`)
    }
  }

  /** Passes a length and as many bytes; returns where they begin. */
  #passBytes(): number {
    const length = this.uint32()
    const start = this.pos
    this.skip(length)
    return start
  }

  #longVarint(): number {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.pos++]
      if (byte === undefined) throw new RangeError(`the bytes end within a number at ${this.pos}`)
      if (i < 5) value |= (byte & 0x7f) << (7 * i)
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError(`a varint is longer than 10 bytes, at ${this.pos}`)
  }
}

/**
 * Reads one message of known extent.
 * @param name what the bytes should be, for the error.
 * @throws ProtocolError MALFORMED, whatever the bytes are.
 */
export function readMessage<T>(
  name: string,
  bytes: Buffer,
  read: (reader: MessageReader, end: number) => T,
): T {
  try {
    return read(new MessageReader(bytes), bytes.length)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new ProtocolError("MALFORMED", `${bytes.length} bytes are not a Canal ${name}: ${detail}`, {
      cause,
    })
  }
}

/** Enters a nested message: reads its length and returns where it ends. */
export function nestedEnd(reader: MessageReader, end: number): number {
  const inner = reader.uint32() + reader.pos
  if (inner > end) throw new RangeError(`a field ends at ${inner}, its message at ${end}`)
  return inner
}

/** Leaves a message that must have been read exactly to its end. */
export function leave(reader: MessageReader, end: number): void {
  if (reader.pos !== end) throw new RangeError(`a field reaches over the end of its message at ${end}`)
}

/** Passes over a field that is not known, or has an unexpected wire type. */
export function skipField(reader: MessageReader, tag: number): void {
  reader.skipType(tag & 7)
}
