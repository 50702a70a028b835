import { leave, type MessageReader, skipField } from "../wire/message-reader.ts"

/** A named property. Layout: 1 key, 2 value. */
export interface Pair {
  readonly key: string
  readonly value: string
}

export function readPair(reader: MessageReader, end: number): Pair {
  let key = ""
  let value = ""
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 0x0a) key = reader.knownString()
    else if (tag === 0x12) value = reader.knownString()
    else skipField(reader, tag)
  }
  leave(reader, end)
  return { key, value }
}
