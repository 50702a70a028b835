import { EventTypeCode } from "@canal/binlog-protocol"
import type { BinlogEvent, FilePosition } from "@canal/binlog-protocol"

/**
 * Where a dump that was cut is taken up again: at the begin of the group of events (a transaction or a DDL) that was
 * being read, and how many of that group's events were read already. Sources send a group again event for event.
 */
export class ResumePoint {
  /** Where the group begins, or behind the last one if none is open. `undefined` until an event or a start says it. */
  position: FilePosition | undefined
  /** Whether the last group was read whole. */
  complete = true
  /** Events of the open group that were read. */
  #read = 0
  /** Events of the open group that are still to be skipped because they were read before the cut. */
  #toSkip = 0
  #first: Fingerprint | undefined

  constructor(position: FilePosition | undefined) {
    this.position = position
  }

  /** The dump begins anew: what was read of the open group comes once more. */
  restart(): void {
    this.#toSkip = this.complete ? 0 : this.#read
  }

  /**
   * What to do with an event that comes: it is new, was read before the cut, or shows that the source does not send
   * the same group again.
   */
  meet(event: BinlogEvent): "new" | "read" | "other" {
    if (this.#toSkip === 0 || !isPartOfGroup(event)) return "new"
    if (this.#toSkip === this.#read && !isSame(this.#first, fingerprintOf(event))) return "other"
    this.#toSkip--
    return "read"
  }

  /** Forgets the open group: all of it will be taken as new. */
  abandon(): void {
    this.#toSkip = 0
    this.complete = true
  }

  /** A new event was read; `endsGroup` says that nothing more of its group follows. */
  advance(event: BinlogEvent, endsGroup: boolean): void {
    if (event.type === "rotate") {
      if (this.complete) this.position = { file: event.nextFile, offset: event.nextPosition }
      return
    }
    if (event.type === "heartbeat") {
      if (this.complete) this.position = { file: event.file, offset: event.endPosition }
      return
    }
    if (!isPartOfGroup(event)) return
    if (this.complete || event.type === "gtid" || event.type === "mariadb-gtid") {
      this.position = { file: event.file, offset: event.position }
      this.complete = false
      this.#read = 0
      this.#first = fingerprintOf(event)
    }
    this.#read++
    if (endsGroup) {
      this.complete = true
      this.position = { file: event.file, offset: event.endPosition }
    }
  }
}

/** What tells whether an event is the one that was seen before. */
interface Fingerprint {
  readonly file: string
  readonly position: number
  readonly typeCode: number
  readonly timestamp: number
  readonly serverId: number
  readonly length: number
}

function fingerprintOf({ file, position, typeCode, timestamp, serverId, length }: Fingerprint): Fingerprint {
  return { file, position, typeCode, timestamp, serverId, length }
}

function isSame(a: Fingerprint | undefined, b: Fingerprint): boolean {
  return (
    a !== undefined &&
    a.file === b.file &&
    a.position === b.position &&
    a.typeCode === b.typeCode &&
    a.timestamp === b.timestamp &&
    a.serverId === b.serverId &&
    a.length === b.length
  )
}

const MADE_UP = 0x20

/** Whether an event belongs to a transaction or a DDL, not to the file or the dump itself. */
export function isPartOfGroup({ flags, typeCode }: BinlogEvent): boolean {
  if ((flags & MADE_UP) !== 0) return false
  switch (typeCode) {
    case EventTypeCode.ROTATE:
    case EventTypeCode.HEARTBEAT:
    case EventTypeCode.HEARTBEAT_V2:
    case EventTypeCode.FORMAT_DESCRIPTION:
    case EventTypeCode.PREVIOUS_GTIDS:
    case EventTypeCode.STOP:
    // Stands for the events that follow it, which are counted.
    case EventTypeCode.TRANSACTION_PAYLOAD:
    case EventTypeCode.MARIADB_GTID_LIST:
    case EventTypeCode.MARIADB_BINLOG_CHECKPOINT:
    case EventTypeCode.MARIADB_START_ENCRYPTION:
      return false
    default:
      return true
  }
}
