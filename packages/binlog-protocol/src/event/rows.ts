import { readUInt16, readUInt32, readUInt48, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import type { EventBase } from "./event.ts"
import { decompressEnd } from "./mariadb-compression.ts"
import type { TableMap } from "./table-map.ts"
import { EventTypeCode } from "./type-code.ts"

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

/** How the rows events of one type are laid out. */
export interface RowsLayout {
  readonly kind: RowsEvent["kind"]
  /** 0 before MySQL 5.1.16, 1 before 5.6 and in MariaDB, 2 since. */
  readonly version: 0 | 1 | 2
  /** The images are compressed (MariaDB, `log_bin_compress`). */
  readonly compressed: boolean
  /** After images may hold changes of JSON documents instead of documents. */
  readonly partial: boolean
}

function rows(kind: RowsEvent["kind"], version: 0 | 1 | 2, compressed = false, partial = false): RowsLayout {
  return { kind, version, compressed, partial }
}

const LAYOUTS: ReadonlyMap<number, RowsLayout> = new Map([
  [EventTypeCode.WRITE_ROWS_V0, rows("insert", 0)],
  [EventTypeCode.UPDATE_ROWS_V0, rows("update", 0)],
  [EventTypeCode.DELETE_ROWS_V0, rows("delete", 0)],
  [EventTypeCode.WRITE_ROWS_V1, rows("insert", 1)],
  [EventTypeCode.UPDATE_ROWS_V1, rows("update", 1)],
  [EventTypeCode.DELETE_ROWS_V1, rows("delete", 1)],
  [EventTypeCode.WRITE_ROWS, rows("insert", 2)],
  [EventTypeCode.UPDATE_ROWS, rows("update", 2)],
  [EventTypeCode.DELETE_ROWS, rows("delete", 2)],
  [EventTypeCode.PARTIAL_UPDATE_ROWS, rows("update", 2, false, true)],
  [EventTypeCode.MARIADB_WRITE_ROWS_COMPRESSED_V1, rows("insert", 1, true)],
  [EventTypeCode.MARIADB_UPDATE_ROWS_COMPRESSED_V1, rows("update", 1, true)],
  [EventTypeCode.MARIADB_DELETE_ROWS_COMPRESSED_V1, rows("delete", 1, true)],
  [EventTypeCode.MARIADB_WRITE_ROWS_COMPRESSED, rows("insert", 2, true)],
  [EventTypeCode.MARIADB_UPDATE_ROWS_COMPRESSED, rows("update", 2, true)],
  [EventTypeCode.MARIADB_DELETE_ROWS_COMPRESSED, rows("delete", 2, true)],
])

/** The layout of each type of rows event, by its code; `undefined` at all others. */
export const ROWS_LAYOUTS: readonly (RowsLayout | undefined)[] = Array.from({ length: 256 }, (_, typeCode) =>
  LAYOUTS.get(typeCode),
)

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
  version: RowsLayout["version"],
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

/*
 * Length-encoded count of columns · a bit each, lowest first: column is in the images (for an update twice: before,
 * after; in version 0 once for both) · the images, perhaps compressed.
 */
export function decodeRows(
  base: EventBase,
  bytes: Buffer,
  end: number,
  { kind, version, compressed }: RowsLayout,
  header: RowsHeader,
  table: TableMap,
): RowsEvent {
  let at = header.bodyAt
  const count = table.columns.length
  const first = at < end ? readUInt8(bytes, at) : 0
  const announced = first < 0xfb ? first : first === 0xfc ? readUInt16(bytes, at + 1) : -1
  at += first < 0xfb ? 1 : 3
  const size = (count + 7) >> 3
  const rowsAt = at + (kind === "update" && version > 0 ? 2 * size : size)
  if (rowsAt > end) throw cutOff(end - header.bodyAt)
  if (announced !== count)
    throw new BinlogError(
      "MALFORMED",
      `Rows of ${announced} columns for ${table.schema}.${table.table}, whose table map has ${count}; the binlog is corrupt`,
    )
  return {
    file: base.file,
    position: base.position,
    endPosition: base.endPosition,
    length: base.length,
    timestamp: base.timestamp,
    serverId: base.serverId,
    typeCode: base.typeCode,
    flags: base.flags,
    innerIndex: base.innerIndex,
    type: "rows",
    kind,
    tableId: header.tableId,
    table,
    endsStatement: header.endsStatement,
    beforeColumns: kind === "insert" ? undefined : columnBits(bytes, at, size),
    afterColumns: kind === "delete" ? undefined : columnBits(bytes, rowsAt - size, size),
    rows: compressed ? decompressEnd(bytes, rowsAt, end) : bytes.subarray(rowsAt, end),
  }
}

/** The last bits read of each length: nearly always they are the same as before, a one for each column. */
const lastBits: Uint8Array[] = []

/** Which columns an image holds; the same object where it is as last time. */
function columnBits(bytes: Buffer, start: number, size: number): Uint8Array {
  const last = lastBits[size]
  let same = 0
  if (last !== undefined)
    while (same < size && readUInt8(last, same) === readUInt8(bytes, start + same)) same++
  if (last !== undefined && same === size) return last
  const bits = Uint8Array.from(bytes.subarray(start, start + size))
  lastBits[size] = bits
  return bits
}

function cutOff(length: number): BinlogError {
  return new BinlogError(
    "TRUNCATED",
    `A rows event ends after ${length} bytes, before its images; it is cut off or corrupt`,
  )
}
