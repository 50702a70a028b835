import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"
import { EventTypeCode } from "./type-code.ts"

/**
 * LOAD, NEW_LOAD and CREATE_FILE: a LOAD DATA of a server before MySQL 5.0.3, which did not write the statement. The
 * file is at the source (LOAD, NEW_LOAD), or its first bytes stand here (CREATE_FILE), more in APPEND_BLOCK.
 */
export interface LoadDataEvent extends EventBase {
  readonly type: "load-data"
  readonly threadId: number
  readonly schema: string
  readonly table: string
  /** The columns that the statement names. */
  readonly columns: readonly string[]
  readonly fileName: string
  /** The number by which later events name the file; `undefined` where it is at the source. */
  readonly fileId: number | undefined
  readonly block: Buffer | undefined
}

/** BEGIN_LOAD_QUERY and APPEND_BLOCK: a part of a file that a LOAD DATA reads. */
export interface LoadBlockEvent extends EventBase {
  readonly type: "load-block"
  readonly fileId: number
  /** Whether it is the first part. */
  readonly begins: boolean
  /** A view of what was received. */
  readonly block: Buffer
}

/** EXEC_LOAD and DELETE_FILE: a file is complete and read now, or is not needed. */
export interface LoadEndEvent extends EventBase {
  readonly type: "load-end"
  readonly fileId: number
  readonly executes: boolean
}

/** Bytes of the separators of LOAD, one character each. */
const SEPARATORS = 5

/*
 * 4 thread id · 4 seconds · 4 lines to skip · 1 length of the table's name · 1 of the schema's · 4 count of columns ·
 * CREATE_FILE: 4 file id · five separators (LOAD: 1 each; others: 1 length, bytes) · 1 options · LOAD: 1 which separators
 * are empty · 1 length of each column's name · each name, 0 · table, 0 · schema, 0 · the file's name, in CREATE_FILE
 * with 0 and the block behind it.
 */
export function decodeLoadData(base: EventBase, bytes: Buffer, start: number, end: number): LoadDataEvent {
  const reader = new ByteReader(bytes, start, end, "LOAD")
  const creates = base.typeCode === EventTypeCode.CREATE_FILE
  const threadId = reader.uint32()
  reader.skip(8)
  const tableLength = reader.uint8()
  const schemaLength = reader.uint8()
  const count = reader.uint32()
  const fileId = creates ? reader.uint32() : undefined
  if (base.typeCode === EventTypeCode.LOAD) reader.skip(SEPARATORS + 2)
  else {
    for (let i = 0; i < SEPARATORS; i++) reader.skip(reader.uint8())
    reader.skip(1)
  }
  const lengths = reader.view(count)
  const columns: string[] = []
  for (const length of lengths) columns.push(name(reader, length))
  const table = name(reader, tableLength)
  const schema = name(reader, schemaLength)
  const zero = bytes.indexOf(0, reader.at)
  const nameEnd = zero < 0 || zero >= end ? end : zero
  const fileName = reader.utf8(nameEnd - reader.at)
  if (creates && reader.remaining > 0) reader.skip(1)
  const block = creates ? reader.view(reader.remaining) : undefined
  return { ...base, type: "load-data", threadId, schema, table, columns, fileName, fileId, block }
}

/* 4 file id · the block. */
export function decodeLoadBlock(base: EventBase, bytes: Buffer, start: number, end: number): LoadBlockEvent {
  const reader = new ByteReader(bytes, start, end, "APPEND_BLOCK")
  const fileId = reader.uint32()
  const begins = base.typeCode === EventTypeCode.BEGIN_LOAD_QUERY
  return { ...base, type: "load-block", fileId, begins, block: reader.view(reader.remaining) }
}

/* 4 file id. */
export function decodeLoadEnd(base: EventBase, bytes: Buffer, start: number, end: number): LoadEndEvent {
  const reader = new ByteReader(bytes, start, end, "DELETE_FILE")
  const executes = base.typeCode === EventTypeCode.EXEC_LOAD
  return { ...base, type: "load-end", fileId: reader.uint32(), executes }
}

function name(reader: ByteReader, length: number): string {
  const text = reader.utf8(length)
  reader.skip(1)
  return text
}
