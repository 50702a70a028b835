import { readUInt16, readUInt32, readUInt48, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import type { EventBase } from "./event.ts"
import type { TableMap } from "./table-map.ts"

/**
 * WRITE, UPDATE or DELETE rows. The images stay bytes; `rowReader` reads them into values.
 * The bytes are a view of what was received and are never written again.
 */
export interface RowsEvent extends EventBase {
  readonly type: "rows"
  readonly kind: "insert" | "update" | "delete"
  readonly tableId: number
  readonly table: TableMap
  /** Whether this is the last event of its statement. */
  readonly endsStatement: boolean
  /** Which columns the before images hold, one bit a column, column 0 lowest; `undefined` for an insert. */
  readonly beforeColumns: Uint8Array | undefined
  /** Which columns the after images hold; `undefined` for a delete. */
  readonly afterColumns: Uint8Array | undefined
  /** The images, one behind the other: after (insert), before (delete), before and after in turn (update). */
  readonly rows: Buffer
}

/** What a rows event begins with: enough to know whether anybody wants the rest. */
export interface RowsHeader {
  readonly tableId: number
  readonly endsStatement: boolean
  /** Where the count of columns begins. */
  readonly bodyAt: number
}

/* 6 table id (4 from very old sources) · 2 flags (bit 0: last of its statement) · version 2: 2 length of extra data, itself included, this. */
export function decodeRowsHeader(
  bytes: Buffer,
  start: number,
  end: number,
  version: 1 | 2,
  tableIdSize: 4 | 6,
): RowsHeader {
  const fixed = tableIdSize + (version === 2 ? 4 : 2)
  if (end - start < fixed) throw cutOff(end - start)
  const tableId = tableIdSize === 6 ? readUInt48(bytes, start) : readUInt32(bytes, start)
  const endsStatement = (readUInt8(bytes, start + tableIdSize) & 1) === 1
  const extra = version === 2 ? readUInt16(bytes, start + tableIdSize + 2) : 0
  if (version === 2 && extra < 2)
    throw new BinlogError(
      "MALFORMED",
      "A rows event has extra data shorter than its own length field; the event is corrupt",
    )
  return { tableId, endsStatement, bodyAt: start + tableIdSize + 2 + extra }
}

/* Length-encoded count of columns · a bit each, lowest first: column is in the images (for an update twice: before, after) · the images. */
export function decodeRows(
  base: EventBase,
  bytes: Buffer,
  end: number,
  kind: RowsEvent["kind"],
  header: RowsHeader,
  table: TableMap,
): RowsEvent {
  let at = header.bodyAt
  const count = table.columns.length
  const first = at < end ? readUInt8(bytes, at) : 0
  const announced = first < 0xfb ? first : first === 0xfc ? readUInt16(bytes, at + 1) : -1
  at += first < 0xfb ? 1 : 3
  const size = (count + 7) >> 3
  const rowsAt = at + (kind === "update" ? 2 * size : size)
  if (rowsAt > end) throw cutOff(end - header.bodyAt)
  if (announced !== count)
    throw new BinlogError(
      "MALFORMED",
      `Rows of ${announced} columns for ${table.schema}.${table.table}, whose table map has ${count}; the binlog is corrupt`,
    )
  return {
    ...base,
    type: "rows",
    kind,
    tableId: header.tableId,
    table,
    endsStatement: header.endsStatement,
    beforeColumns: kind === "insert" ? undefined : bytes.subarray(at, at + size),
    afterColumns: kind === "delete" ? undefined : bytes.subarray(rowsAt - size, rowsAt),
    rows: bytes.subarray(rowsAt, end),
  }
}

function cutOff(length: number): BinlogError {
  return new BinlogError(
    "TRUNCATED",
    `A rows event ends after ${length} bytes, before its images; it is cut off or corrupt`,
  )
}
