import { nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"
import { type EntryType, entryTypeOf } from "./enums.ts"
import { type EntryHeader, readHeader } from "./header.ts"

/**
 * One event of the binlog as clients receive it. Its content stays encoded until it is asked for: `decodeRowChange`,
 * `decodeTransactionBegin` or `decodeTransactionEnd` on `storeValue`, as `entryType` says.
 * Layout: 1 header, 2 entryType, 3 storeValue.
 */
export interface Entry {
  readonly header: EntryHeader
  readonly entryType: EntryType
  /** A view of the bytes that were read. */
  readonly storeValue: Buffer
}

/** @throws ProtocolError MALFORMED */
export function decodeEntry(bytes: Buffer): Entry {
  return readMessage("Entry", bytes, (reader, end) => {
    let header: EntryHeader | undefined
    let entryType: EntryType = "ROWDATA"
    let storeValue = bytes.subarray(0, 0)
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x0a) {
        header = readHeader(reader, nestedEnd(reader, end))
      } else if (tag === 0x10) {
        entryType = entryTypeOf(reader.int32())
      } else if (tag === 0x1a) {
        const length = reader.uint32()
        const start = reader.pos
        reader.skip(length)
        storeValue = bytes.subarray(start, start + length)
      } else {
        skipField(reader, tag)
      }
    }
    if (header === undefined) throw new RangeError("it has no header")
    return { header, entryType, storeValue }
  })
}
