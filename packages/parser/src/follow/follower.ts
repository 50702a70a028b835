import { parseGtidSet } from "@canal/binlog-protocol"
import type { BinlogEvent, FilePosition, Position } from "@canal/binlog-protocol"
import type { Change, HeartbeatChange } from "../change.ts"
import { ParserError } from "../errors.ts"
import type { FilterSlot } from "../filter/table-filter.ts"
import { findTransactionBegin } from "../locate/find-transaction-begin.ts"
import { judgeFirstEvent } from "../locate/first-event.ts"
import { isFileStart } from "../locate/start-position.ts"
import type { FileStart, StartPosition } from "../locate/start-position.ts"
import { publishNotice } from "../notices.ts"
import type { SchemaCatalog } from "../schema/schema-catalog.ts"
import { TableResolver } from "../schema/table-resolver.ts"
import { ChangeReader } from "../transaction/change-reader.ts"
import { GtidTracker } from "../transaction/gtid-tracker.ts"
import type { DumpOptions, OpenDump } from "../source/open-dump.ts"
import { isPartOfGroup, ResumePoint } from "../source/resume-point.ts"

/** Follows one source over any number of connections: what it knows outlives each of them. */
export class Follower {
  /** Events read so far, without those about the file and the dump; two equal numbers mean no progress. */
  eventsRead = 0
  readonly #open: OpenDump
  readonly #reader: ChangeReader
  readonly #gtids: GtidTracker | undefined
  readonly #resume: ResumePoint
  /** Whether dumps are asked for by GTID set and not by file and offset. */
  #byGtid: boolean
  /** Where to start, until the first event was looked at. */
  #start: FileStart | undefined
  /** Whether the start's position is still to be reported. */
  #reportsStart = true
  /** Events at this place were acknowledged. */
  #acknowledged: FilePosition | undefined

  constructor(open: OpenDump, from: StartPosition, filter: FilterSlot, catalog: SchemaCatalog) {
    this.#open = open
    if (isFileStart(from)) {
      this.#start = from
      this.#resume = new ResumePoint({ file: from.file, offset: from.offset })
    } else this.#resume = new ResumePoint(undefined)
    this.#byGtid = !isFileStart(from)
    this.#gtids = from.gtids === undefined ? undefined : new GtidTracker(parseGtidSet(from.gtids))
    this.#reader = new ChangeReader(new TableResolver(catalog), filter, this.#gtids)
  }

  /** Reads from one connection until it ends; the next call goes on where this one ended, without loss or repetition. */
  async *dump(options: DumpOptions, connected: () => void): AsyncGenerator<readonly Change[], void, void> {
    for (;;) {
      try {
        return yield* this.#dumpFrom(this.#position(), options, connected)
      } catch (error) {
        if (!(error instanceof StartElsewhere)) throw error
      }
    }
  }

  async *#dumpFrom(
    position: Position,
    options: DumpOptions,
    connected: () => void,
  ): AsyncGenerator<readonly Change[], void, void> {
    this.#resume.restart()
    let isFirst = true
    for await (const events of this.#open(position, options)) {
      if (isFirst) connected()
      isFirst = false
      const changes: Change[] = []
      try {
        for (const event of events) {
          if (this.#reportsStart) this.#reportStart(event, changes)
          if (this.#start !== undefined && isPartOfGroup(event)) await this.#judgeStart(event, options)
          if (!this.#admits(event)) continue
          const pending = this.#reader.prepare(event)
          if (pending !== undefined) await pending
          this.#take(event, changes)
        }
      } catch (error) {
        // What was read before the error counts as read, so it must be handed out first.
        if (changes.length > 0) yield changes
        throw error
      }
      if (changes.length > 0) yield changes
    }
  }

  #take(event: BinlogEvent, changes: Change[]): void {
    this.#reader.read(event, changes)
    this.#resume.advance(event, this.#reader.groupEnded)
    if (isPartOfGroup(event) || event.type === "heartbeat") this.eventsRead++
    // By GTID set the source may be replaced by another that has the same transactions.
    if (this.#reader.groupEnded && this.#gtids !== undefined) this.#byGtid = true
  }

  #position(): Position {
    const { position, complete } = this.#resume
    if (this.#byGtid && this.#gtids !== undefined)
      return { gtids: complete ? this.#gtids.executed() : this.#gtids.before() }
    if (position === undefined) throw new Error("A start by file needs a position")
    return position
  }

  #admits(event: BinlogEvent): boolean {
    if (this.#acknowledged !== undefined && isPartOfGroup(event)) {
      const { file, offset } = this.#acknowledged
      if (event.file === file && event.position === offset) {
        this.#resume.advance(event, true)
        return false
      }
      this.#acknowledged = undefined
    }
    const meeting = this.#resume.meet(event)
    if (meeting === "other") this.#takeAnew(event)
    return meeting !== "read"
  }

  /** The source sends another event where it sent one before. */
  #takeAnew(event: BinlogEvent): void {
    if (!this.#byGtid)
      throw new ParserError(
        "SOURCE_CHANGED",
        `The source now has another event at ${event.file}:${event.position} than it had before: its binlog was reset or the server was replaced. Start again from a position of your choice`,
      )
    publishNotice(
      "warning",
      "transaction-repeated",
      `The source wrote the transaction at ${event.file}:${event.position} otherwise than the one that was read before; it is delivered anew from its begin`,
    )
    this.#reader.inTransaction = false
    this.#resume.abandon()
  }

  async #judgeStart(event: BinlogEvent, options: DumpOptions): Promise<void> {
    const start = this.#start
    if (start === undefined) return
    this.#start = undefined
    if (start.gtids !== undefined && start.timestamp !== undefined && start.timestamp !== event.timestamp) {
      // Another server, as after a failover: only the GTID set means anything there.
      this.#byGtid = true
      throw new StartElsewhere()
    }
    const verdict = judgeFirstEvent(event, start)
    if (verdict === "leave-out") this.#acknowledged = { file: event.file, offset: event.position }
    // In front of an acknowledged BEGIN stands the GTID of its transaction, which is wanted too.
    const lacksGtid =
      verdict === "read" && start.gtids !== undefined && !start.included && event.type === "query"
    if (verdict !== "inside" && !lacksGtid) return
    this.#resume.position = await findTransactionBegin(this.#open, event, options)
    throw new StartElsewhere()
  }

  /** Says where following begins before any event came, so that a first cursor can be kept. */
  #reportStart(event: BinlogEvent, changes: Change[]): void {
    const place =
      this.#start ??
      (event.type === "rotate" ? { file: event.nextFile, offset: event.nextPosition } : undefined)
    if (place === undefined) return
    this.#reportsStart = false
    const { file, offset } = place
    publishNotice("debug", "start", `Following the source from ${file}:${offset}`)
    const executed = this.#gtids?.executed().toString()
    const gtid =
      executed === undefined
        ? undefined
        : { executed, current: "", sequenceNumber: undefined, lastCommitted: undefined }
    const { timestamp, serverId } = event
    changes.push({
      kind: "heartbeat",
      file,
      offset,
      length: 0,
      timestamp,
      serverId,
      gtid,
    } satisfies HeartbeatChange)
  }
}

/** Ends a dump whose start turned out to be the wrong place; the right one is known by then. */
class StartElsewhere extends Error {}
