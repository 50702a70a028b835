import protobuf from "protobufjs/minimal.js"
import { ProtocolError } from "../errors.ts"
import { decodeKnownUtf8 } from "./text.ts"

/** Reads protobuf primitives from one buffer; throws `Error` where the bytes end or make no sense. */
export type MessageReader = protobuf.Reader

/**
 * Reads one message of known extent.
 * @param name what the bytes should be, for the error.
 * @throws ProtocolError MALFORMED, whatever the bytes are.
 */
export function readMessage<T>(
  name: string,
  bytes: Uint8Array,
  read: (reader: MessageReader, end: number) => T,
): T {
  try {
    const reader = protobuf.Reader.create(bytes)
    return read(reader, reader.len)
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
  reader.skipType(tag & 7, 0, tag >>> 3)
}

/** Reads a string that has probably come before. */
export function readKnownString(reader: MessageReader, bytes: Buffer): string {
  const length = reader.uint32()
  const start = reader.pos
  reader.skip(length)
  return decodeKnownUtf8(bytes, start, reader.pos)
}
