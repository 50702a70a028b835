import { readUInt16, readUInt32, readUInt48, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"
import type { EventBase } from "../event/event.ts"
import { decodeFormatDescription } from "../event/format-description.ts"
import type { ChecksumAlgorithm, FormatDescriptionEvent } from "../event/format-description.ts"
import { decodeHeartbeat, decodeHeartbeatV2 } from "../event/heartbeat.ts"
import { QueryDecoder } from "../event/query.ts"
import { decodeRotate } from "../event/rotate.ts"
import type { RowsLayout } from "../event/rows.ts"
import { decodeRows, decodeRowsHeader, ROWS_LAYOUTS } from "../event/rows.ts"
import { tableMapEvent } from "../event/table-map.ts"
import type { TableMap } from "../event/table-map.ts"
import { decodeTransactionPayload } from "../event/transaction-payload.ts"
import { EventTypeCode } from "../event/type-code.ts"
import { wholeUpdate } from "../rows/partial-update.ts"
import type { PartialJsonForm } from "../rows/partial-update.ts"
import { CHECKSUM_LENGTH, hasRightChecksum, hasRightFormatChecksum } from "./checksum.ts"
import { decodePlainEvent } from "./decode-plain-event.ts"
import { decodeLargePayload, decodeSmallPayload, isSmall } from "./payload-events.ts"
import type { DecodeInner } from "./payload-events.ts"
import { TableMapCache } from "./table-map-cache.ts"

export interface BinlogDecoderOptions {
  /** The file in which the first event lies; a stream names it itself by a ROTATE at its start. */
  readonly file?: string
  /** Where the first event begins; default 4, where files begin. */
  readonly position?: number
  /** What events end with until a FORMAT_DESCRIPTION says it; default `none`. */
  readonly checksum?: ChecksumAlgorithm
  /**
   * Events follow each other without gaps, as in a file: positions are counted and the file stays the same, whatever
   * the events say, also those of another file in a relay log. Otherwise a source may leave events out or make some up,
   * and the headers tell where the next ones lie.
   */
  readonly contiguous?: boolean
  /** Table maps and rows of tables for which it says no are left out. Asked once per table map event. */
  readonly wantsTable?: (table: TableMap) => boolean
  /** What a JSON column becomes of which an update logged the changes only; default `document`. */
  readonly partialJson?: PartialJsonForm
}

/** The events of a large compressed transaction. */
export type InnerEvents = AsyncGenerator<readonly BinlogEvent[], void, void>

const HEADER_LENGTH = 19
const ARTIFICIAL = 0x20
/** Events that say something about the file or the dump. */
const NEVER_INNER: ReadonlySet<number> = new Set([
  EventTypeCode.FORMAT_DESCRIPTION,
  EventTypeCode.ROTATE,
  EventTypeCode.HEARTBEAT,
  EventTypeCode.HEARTBEAT_V2,
  EventTypeCode.TRANSACTION_PAYLOAD,
  EventTypeCode.MARIADB_START_ENCRYPTION,
])
/** Table id of an event without rows that only ends a statement. */
const NO_TABLE = 0xff_ff_ff

/**
 * Makes events out of their bytes, one after the other in the order of the binlog. Header: 4 timestamp · 1 type ·
 * 4 server id · 4 length · 4 end position modulo 2^32, 0 for what lies in no file · 2 flags.
 */
export class BinlogDecoder {
  readonly #contiguous: boolean
  readonly #partialJson: PartialJsonForm
  readonly #wantsTable: ((table: TableMap) => boolean) | undefined
  readonly #tables = new TableMapCache()
  readonly #queries = new QueryDecoder()
  /** Ids of tables that nobody wants. */
  readonly #unwanted = new Set<number>()
  #file: string
  #position: number
  #checksum: ChecksumAlgorithm
  #format: FormatDescriptionEvent | undefined
  #mariadb = false
  /** What events have in common, of the one being decoded, which takes it over. */
  readonly #base: { -readonly [Member in keyof EventBase]: EventBase[Member] } = {
    file: "",
    position: 0,
    endPosition: 0,
    length: 0,
    timestamp: 0,
    serverId: 0,
    typeCode: 0,
    flags: 0,
    innerIndex: undefined,
  }

  constructor(options: BinlogDecoderOptions = {}) {
    this.#contiguous = options.contiguous === true
    this.#partialJson = options.partialJson ?? "document"
    this.#wantsTable = options.wantsTable
    this.#file = options.file ?? ""
    this.#position = options.position ?? 4
    this.#checksum = options.checksum ?? "none"
  }

  /** The file in which the next event lies; "" while unknown. */
  get file(): string {
    return this.#file
  }

  /** Where the next event begins. */
  get position(): number {
    return this.#position
  }

  /** The last FORMAT_DESCRIPTION. */
  get format(): FormatDescriptionEvent | undefined {
    return this.#format
  }

  /** Whether events now end with a CRC32. */
  get hasChecksums(): boolean {
    return this.#checksum !== "none"
  }

  /** Goes on at another place of the same file. */
  seek(position: number): void {
    this.#position = position
  }

  /**
   * Decodes the event from `start` to `end` and appends it to `out`; nothing where its table is not wanted. The
   * event may refer to `bytes`, which must not be written any more.
   *
   * `isRight` says that its checksum was verified already.
   *
   * A compressed transaction is one event that makes many. Those of a large one are not appended but returned, in arrays
   * of bounded size, to be read before the next call.
   * @throws BinlogError `CHECKSUM_MISMATCH`, `TRUNCATED`, `MALFORMED`, or `POSITION_INVALID` for rows whose table map
   * lies before the first event.
   */
  decode(
    bytes: Buffer,
    start: number,
    end: number,
    out: BinlogEvent[],
    isRight = false,
  ): InnerEvents | undefined {
    if (end - start < HEADER_LENGTH)
      throw this.#problem("TRUNCATED", `has ${end - start} bytes, less than a header`)
    const length = readUInt32(bytes, start + 9)
    if (length !== end - start)
      throw this.#problem("MALFORMED", `says it has ${length} bytes but came with ${end - start}`)
    const typeCode = readUInt8(bytes, start + 4)
    const bodyEnd = this.#verify(bytes, start, end, typeCode, isRight)
    const base = this.#base
    base.position = this.#place(bytes, start, typeCode, length)
    base.file = this.#file
    base.endPosition = this.#position
    base.length = length
    base.timestamp = readUInt32(bytes, start)
    base.serverId = readUInt32(bytes, start + 5)
    base.typeCode = typeCode
    base.flags = readUInt16(bytes, start + 17)
    try {
      if (typeCode === EventTypeCode.TRANSACTION_PAYLOAD)
        return this.#payload({ ...base }, bytes, start + HEADER_LENGTH, bodyEnd, out)
      this.#decodeBody(base, bytes, start + HEADER_LENGTH, bodyEnd, end, out)
      return undefined
    } catch (error) {
      throw located(error, base)
    }
  }

  #payload(
    base: EventBase,
    bytes: Buffer,
    start: number,
    end: number,
    out: BinlogEvent[],
  ): InnerEvents | undefined {
    const { event, payload } = decodeTransactionPayload(base, bytes, start, end)
    out.push(event)
    let innerIndex = 0
    const decode: DecodeInner = (bytes, start, end, out) =>
      this.#inner(base, innerIndex++, bytes, start, end, out)
    if (!isSmall(event)) return locatedEvents(decodeLargePayload(event, payload, decode), base)
    decodeSmallPayload(event, payload, decode, out)
    return undefined
  }

  /** An event out of a compressed transaction: it has no checksum, and its end position means nothing. */
  #inner(
    outer: EventBase,
    innerIndex: number,
    bytes: Buffer,
    start: number,
    end: number,
    out: BinlogEvent[],
  ): void {
    const typeCode = readUInt8(bytes, start + 4)
    if (NEVER_INNER.has(typeCode))
      throw new BinlogError(
        "MALFORMED",
        `A compressed transaction holds an event of type ${typeCode}, which belongs to no transaction; it is corrupt`,
      )
    const { file, position, endPosition, length } = outer
    const base: EventBase = {
      file,
      position,
      endPosition,
      length,
      timestamp: readUInt32(bytes, start),
      serverId: readUInt32(bytes, start + 5),
      typeCode,
      flags: readUInt16(bytes, start + 17),
      innerIndex,
    }
    this.#decodeBody(base, bytes, start + HEADER_LENGTH, end, end, out)
  }

  /** Checks the CRC32 and returns where the body ends. */
  #verify(bytes: Buffer, start: number, end: number, typeCode: number, isRight: boolean): number {
    // FORMAT_DESCRIPTION says itself whether it has one.
    if (typeCode === EventTypeCode.FORMAT_DESCRIPTION) return end
    if (this.#checksum === "none") return end
    if (end - start < HEADER_LENGTH + CHECKSUM_LENGTH)
      throw this.#problem("TRUNCATED", "has no room for its checksum")
    if (!isRight && !hasRightChecksum(bytes, start, end)) throw this.#mismatch()
    return end - CHECKSUM_LENGTH
  }

  /** Counts on to the end of the event, and gives where it begins: there too, where it takes no room in the file. */
  #place(bytes: Buffer, start: number, typeCode: number, length: number): number {
    const position = this.#position
    const stated = readUInt32(bytes, start + 13)
    if (this.#contiguous) {
      this.#position = position + length
      return position
    }
    if (isMadeUp(typeCode, stated, readUInt16(bytes, start + 17))) return position
    let endPosition = position + length
    if (stated !== 0) endPosition += modulo32(stated - endPosition)
    this.#position = endPosition
    return endPosition - length
  }

  #decodeBody(
    base: EventBase,
    bytes: Buffer,
    start: number,
    end: number,
    eventEnd: number,
    out: BinlogEvent[],
  ): void {
    const { typeCode } = base
    const rows = ROWS_LAYOUTS[typeCode]
    if (rows !== undefined) return this.#rows(base, bytes, start, end, rows, out)
    switch (typeCode) {
      case EventTypeCode.TABLE_MAP:
        return this.#tableMap(base, bytes, start, end, out)
      case EventTypeCode.FORMAT_DESCRIPTION:
        return this.#formatDescription(base, bytes, start, eventEnd, out)
      case EventTypeCode.ROTATE:
        return this.#rotate(base, bytes, start, end, out)
      case EventTypeCode.HEARTBEAT:
      case EventTypeCode.HEARTBEAT_V2:
        return this.#heartbeat(base, bytes, start, end, out)
      case EventTypeCode.QUERY:
        out.push(this.#queries.decode(base, bytes, start, end))
        return
      default:
        out.push(decodePlainEvent(base, bytes, start, end))
    }
  }

  #rows(
    base: EventBase,
    bytes: Buffer,
    start: number,
    end: number,
    layout: RowsLayout,
    out: BinlogEvent[],
  ): void {
    const header = decodeRowsHeader(bytes, start, end, layout.version, this.#tableIdSize(base.typeCode))
    const isUnwanted = this.#unwanted.size > 0 && this.#unwanted.has(header.tableId)
    const table = isUnwanted ? undefined : this.#tables.get(header.tableId)
    if (table !== undefined) {
      const event = decodeRows(base, bytes, end, layout, header, table)
      out.push(layout.partial ? wholeUpdate(event, this.#partialJson) : event)
    } else if (header.tableId === NO_TABLE)
      out.push({ ...base, type: "unknown", body: bytes.subarray(start, end) })
    else if (!isUnwanted)
      throw new BinlogError(
        "POSITION_INVALID",
        `Rows of table id ${header.tableId} without a table map before them; begin where their transaction begins`,
      )
    if (header.endsStatement) {
      this.#tables.trim()
      if (this.#unwanted.size > 4096) this.#unwanted.clear()
    }
  }

  #tableMap(base: EventBase, bytes: Buffer, start: number, end: number, out: BinlogEvent[]): void {
    const size = this.#tableIdSize(EventTypeCode.TABLE_MAP)
    if (end - start < size) throw new BinlogError("TRUNCATED", "A TABLE_MAP ends before its table id")
    const tableId = size === 6 ? readUInt48(bytes, start) : readUInt32(bytes, start)
    const table = this.#tables.define(tableId, bytes, start + size, end, this.#mariadb)
    if (this.#wantsTable?.(table) === false) {
      this.#unwanted.add(tableId)
      return
    }
    this.#unwanted.delete(tableId)
    out.push(tableMapEvent(base, tableId, table))
  }

  /** Table ids had 4 bytes where the fixed part of the event has 6. */
  #tableIdSize(typeCode: number): 4 | 6 {
    return this.#format?.postHeaderLengths[typeCode - 1] === 6 ? 4 : 6
  }

  #formatDescription(base: EventBase, bytes: Buffer, start: number, end: number, out: BinlogEvent[]): void {
    const format = decodeFormatDescription(base, bytes, start, end)
    if (format.checksum === "crc32" && !hasRightFormatChecksum(bytes, start - HEADER_LENGTH, end))
      throw this.#mismatch()
    this.#format = format
    this.#mariadb = /mariadb/i.test(format.serverVersion)
    this.#checksum = format.checksum
    this.#tables.forgetIds()
    this.#unwanted.clear()
    out.push(format)
  }

  #rotate(base: EventBase, bytes: Buffer, start: number, end: number, out: BinlogEvent[]): void {
    const event = decodeRotate(base, bytes, start, end)
    const { nextFile, nextPosition } = event
    if (this.#contiguous) {
      out.push(event)
      return
    }
    if (this.#file === "")
      out.push({ ...event, file: nextFile, position: nextPosition, endPosition: nextPosition })
    else out.push(event)
    this.#file = nextFile
    this.#position = nextPosition
  }

  #heartbeat(base: EventBase, bytes: Buffer, start: number, end: number, out: BinlogEvent[]): void {
    const isFirst = base.typeCode === EventTypeCode.HEARTBEAT
    if (this.#contiguous) {
      out.push({ ...base, type: "heartbeat" })
      return
    }
    const place = isFirst ? decodeHeartbeat(bytes, start, end) : decodeHeartbeatV2(bytes, start, end)
    const stated = readUInt32(bytes, start - HEADER_LENGTH + 13)
    if (place.file !== "" && place.file !== this.#file) {
      this.#file = place.file
      this.#position = place.offset ?? stated
    } else if (place.offset !== undefined) this.#position = Math.max(this.#position, place.offset)
    else if (stated !== 0) this.#position += modulo32(stated - this.#position)
    out.push({
      ...base,
      type: "heartbeat",
      file: this.#file,
      position: this.#position,
      endPosition: this.#position,
    })
  }

  #mismatch(): BinlogError {
    return this.#problem(
      "CHECKSUM_MISMATCH",
      "does not have the CRC32 it carries; it was damaged on its way or on disk",
    )
  }

  #problem(code: "CHECKSUM_MISMATCH" | "MALFORMED" | "TRUNCATED", what: string): BinlogError {
    return new BinlogError(code, `The event at ${this.#file}:${this.#position} ${what}`)
  }
}

/** From 0 to 2^32 − 1. */
function modulo32(difference: number): number {
  return difference >>> 0
}

/** The same error, saying at which event. */
function located(error: unknown, { typeCode, file, position }: EventBase): unknown {
  if (!(error instanceof BinlogError)) return error
  const message = `${error.message} (event of type ${typeCode} at ${file}:${position})`
  return new BinlogError(error.code, message, { cause: error })
}

async function* locatedEvents(events: InnerEvents, base: EventBase): InnerEvents {
  try {
    yield* events
  } catch (error) {
    throw located(error, base)
  }
}

/** Whether the source made the event up for this dump, so that it takes no room in the file. */
function isMadeUp(typeCode: number, statedEnd: number, flags: number): boolean {
  if ((flags & ARTIFICIAL) !== 0) return true
  if (typeCode === EventTypeCode.HEARTBEAT || typeCode === EventTypeCode.HEARTBEAT_V2) return true
  return (
    statedEnd === 0 && (typeCode === EventTypeCode.FORMAT_DESCRIPTION || typeCode === EventTypeCode.ROTATE)
  )
}
