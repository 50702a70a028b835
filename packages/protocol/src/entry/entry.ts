import { leave, type MessageReader, nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"
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
  return readMessage("Entry", bytes, (reader, end) => readEntry(reader, end))
}

export function readEntry(reader: MessageReader, end: number): Entry {
  let header: EntryHeader | undefined
  let entryType: EntryType = "ROWDATA"
  let start = 0
  let length = 0
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 0x0a) {
      header = readHeader(reader, nestedEnd(reader, end))
    } else if (tag === 0x10) {
      entryType = entryTypeOf(reader.int32())
    } else if (tag === 0x1a) {
      length = reader.uint32()
      start = reader.pos
      reader.skip(length)
    } else {
      skipField(reader, tag)
    }
  }
  leave(reader, end)
  if (header === undefined) throw new RangeError("it has no header")
  return new ReadEntry(header, entryType, reader.bytes, start, start + length)
}

/** Begins and ends of transactions are rarely asked for their content: no view of it is made before. */
class ReadEntry implements Entry {
  readonly header: EntryHeader
  readonly entryType: EntryType
  readonly #bytes: Buffer
  readonly #start: number
  readonly #end: number

  constructor(header: EntryHeader, entryType: EntryType, bytes: Buffer, start: number, end: number) {
    this.header = header
    this.entryType = entryType
    this.#bytes = bytes
    this.#start = start
    this.#end = end
  }

  get storeValue(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end)
  }
}
