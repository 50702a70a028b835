import { EventTypeCode } from "@canal/binlog-protocol"
import type { BinlogEvent, FilePosition } from "@canal/binlog-protocol"

/**
 * Where a dump that was cut is taken up again: at the begin of the group of events (a transaction or a DDL) that was
 * being read, and how many of that group's events were read already. Sources send a group again event for event.
 */
export class ResumePoint {
  /** Whether the last group was read whole. */
  complete = true
  /** Events of the open group that were read. */
  #read = 0
  /** Events of the open group that are still to be skipped because they were read before the cut. */
  #toSkip = 0
  #first: BinlogEvent | undefined
  /** `undefined` until an event or a start says it. */
  #file: string | undefined
  #offset = 0

  constructor(position: FilePosition | undefined) {
    this.position = position
  }

  /** Where the group begins, or behind the last one if none is open. `undefined` until an event or a start says it. */
  get position(): FilePosition | undefined {
    return this.#file === undefined ? undefined : { file: this.#file, offset: this.#offset }
  }

  set position(position: FilePosition | undefined) {
    this.#file = position?.file
    this.#offset = position?.offset ?? 0
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
    if (this.#toSkip === this.#read && !isSame(this.#first, event)) return "other"
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
    if (!isPartOfGroup(event)) {
      if (!this.complete) return
      if (event.type === "rotate") this.#goTo(event.nextFile, event.nextPosition)
      else if (event.type === "heartbeat") this.#goTo(event.file, event.endPosition)
      return
    }
    if (this.complete || event.type === "gtid" || event.type === "mariadb-gtid") {
      this.#goTo(event.file, event.position)
      this.complete = false
      this.#read = 0
      this.#first = event
    }
    this.#read++
    if (endsGroup) {
      this.complete = true
      this.#goTo(event.file, event.endPosition)
    }
  }

  #goTo(file: string, offset: number): void {
    this.#file = file
    this.#offset = offset
  }
}

/** Whether an event is the one that was seen before. */
function isSame(a: BinlogEvent | undefined, b: BinlogEvent): boolean {
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

/** The types of events that belong to the file or the dump. */
const ABOUT_THE_FILE = new Uint8Array(256)
for (const typeCode of [
  EventTypeCode.ROTATE,
  EventTypeCode.HEARTBEAT,
  EventTypeCode.HEARTBEAT_V2,
  EventTypeCode.FORMAT_DESCRIPTION,
  EventTypeCode.PREVIOUS_GTIDS,
  EventTypeCode.STOP,
  // Stands for the events that follow it, which are counted.
  EventTypeCode.TRANSACTION_PAYLOAD,
  EventTypeCode.MARIADB_GTID_LIST,
  EventTypeCode.MARIADB_BINLOG_CHECKPOINT,
  EventTypeCode.MARIADB_START_ENCRYPTION,
])
  ABOUT_THE_FILE[typeCode] = 1

/** Whether an event belongs to a transaction or a DDL, not to the file or the dump itself. */
export function isPartOfGroup({ flags, typeCode }: BinlogEvent): boolean {
  return (flags & MADE_UP) === 0 && ABOUT_THE_FILE[typeCode] === 0
}
