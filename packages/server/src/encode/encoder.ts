import { ByteWriter } from "@canal/binlog-protocol"
import type {
  Change,
  ChangeOrigin,
  DdlChange,
  HeartbeatChange,
  RowsChange,
  SourceTable,
  StatementChange,
} from "@canal/parser"
import { Entries, type EntryRun } from "./encoded-entry.ts"
import type { EntryFacts } from "./entry-facts.ts"
import { EntryType, EventType } from "./entry-format.ts"
import { HeaderWriter, namesOf } from "./header.ts"
import { bytesTag, putBytes, putVarint, varintSize, varintTag } from "./protobuf.ts"
import { writePlainRows } from "./rows/plain-rows.ts"
import { ROWS_EVENT_TYPE, writeRowChangeHead } from "./rows/row-change.ts"
import { SlabAllocator } from "./slab.ts"
import { statementEventType, writeStatement, writeXaVerdict, xaEventType } from "./statement.ts"
import { TablePlan } from "./rows/table-plan.ts"
import { writeTransactionBegin, writeTransactionEnd } from "./transaction.ts"
import { wasmRows } from "./rows/wasm-rows.ts"
import { zoneOffset, type ZoneOffset } from "./rows/zone-offset.ts"

export interface EncoderOptions {
  /** IANA name of the time zone in which TIMESTAMP is written. Default: UTC. */
  readonly timeZone?: string
}

/** Turns changes into Canal entries. */
export interface Encoder {
  /**
   * The entries of these changes, in their order; a heartbeat makes none. Keeps nothing of the changes' bytes. The slab of
   * each run is kept for it.
   */
  encode(changes: readonly Change[]): Entries
}

/**
 * Makes an encoder, to be used by one instance. It keeps what it prepares for each table as long as the table's
 * `SourceTable` lives. Throws RangeError for an unknown time zone.
 */
export function createEncoder(options: EncoderOptions = {}): Encoder {
  return new EntryEncoder(zoneOffset(options.timeZone ?? "UTC"))
}

/** Scratch memory up to this size is kept for the next entry. */
const KEPT_SCRATCH = 1 << 20

const NO_NAMES = namesOf("", "", new ByteWriter(8)).copy()

const BEGIN: EntryFacts = { kind: "begin", ackable: true, ddl: false, table: "" }
/** In GTID mode a begin's set holds the transaction already: resuming behind it would lose the rows. */
const GTID_BEGIN: EntryFacts = { ...BEGIN, ackable: false }
const END: EntryFacts = { kind: "end", ackable: true, ddl: false, table: "" }
const VERDICT: EntryFacts = { kind: "rows", ackable: false, ddl: false, table: "" }

/** A run while it is made. */
interface Run extends EntryRun {
  to: number
}

/** Bytes that lie somewhere. */
interface Part {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

const NOTHING: Part = { bytes: Buffer.alloc(0), start: 0, end: 0 }

class EntryEncoder implements Encoder {
  readonly #zoneOffset: ZoneOffset
  readonly #plans = new WeakMap<SourceTable, TablePlan>()
  readonly #headers = new HeaderWriter()
  readonly #slabs = new SlabAllocator()
  #body = new ByteWriter(4096)

  constructor(zoneOffset: ZoneOffset) {
    this.#zoneOffset = zoneOffset
  }

  encode(changes: readonly Change[]): Entries {
    const runs: Run[] = []
    let run: Run | undefined
    for (const change of changes) {
      if (change.kind === "heartbeat") continue
      this.#encode(change)
      const { slab } = this.#slabs
      if (run?.slab !== slab) {
        slab.keep()
        run = { slab, from: slab.count - 1, to: slab.count }
        runs.push(run)
      }
      run.to = slab.count
    }
    return new Entries(runs)
  }

  #encode(change: Exclude<Change, HeartbeatChange>): void {
    this.#body.reset()
    if (this.#body.bytes.length > KEPT_SCRATCH) this.#body = new ByteWriter(4096)
    switch (change.kind) {
      case "rows":
        return this.#rows(change)
      case "begin":
        writeTransactionBegin(change, this.#body)
        this.#headers.next(change, NO_NAMES, undefined, undefined)
        return this.#entry(change, EntryType.TRANSACTIONBEGIN, change.gtid === undefined ? BEGIN : GTID_BEGIN)
      case "commit":
        writeTransactionEnd(change, this.#body)
        this.#headers.next(change, NO_NAMES, undefined, undefined)
        return this.#entry(change, EntryType.TRANSACTIONEND, END)
      case "xa":
        writeXaVerdict(change, this.#body)
        this.#headers.next(change, NO_NAMES, xaEventType(change), undefined)
        return this.#entry(change, EntryType.ROWDATA, VERDICT)
      default:
        return this.#statement(change)
    }
  }

  #statement(change: DdlChange | StatementChange): void {
    const { schema, table } = change
    const eventType = statementEventType(change.statement)
    writeStatement(change, this.#body)
    const names = namesOf(schema, table, new ByteWriter(64)).copy()
    this.#headers.next(change, names, eventType, undefined)
    const ddl = change.kind === "ddl" && eventType !== EventType.QUERY
    const name = schema !== undefined && schema !== "" && table !== undefined ? `${schema}.${table}` : ""
    const { otherTables } = change
    const facts: EntryFacts = { kind: "rows", ackable: ddl, ddl, table: name, otherTables }
    return this.#entry(change, EntryType.ROWDATA, facts)
  }

  #rows(change: RowsChange): void {
    const { event, table, hints } = change
    let plan = this.#plans.get(table)
    if (plan === undefined) {
      plan = new TablePlan(table, hints, this.#zoneOffset)
      this.#plans.set(table, plan)
    }
    writeRowChangeHead(event, this.#body)
    const written = wasmRows?.write(event, plan)
    const rows = written ?? writePlainRows(event, plan.columns, plan.codecs, this.#body)
    this.#headers.next(change, plan.headerNames, ROWS_EVENT_TYPE[event.kind], rows)
    return this.#entry(
      change,
      EntryType.ROWDATA,
      plan.facts,
      rows,
      written === undefined ? undefined : wasmRows,
    )
  }

  /** Entry: 1 header, 2 entryType, 3 storeValue, which is what was written to `#body`, and behind it `more`. */
  #entry(origin: ChangeOrigin, type: EntryType, facts: EntryFacts, rows = 0, more: Part = NOTHING): void {
    const body = this.#body
    const headerLength = this.#headers.length
    const bodyLength = body.length + more.end - more.start
    const size = 4 + varintSize(headerLength) + headerLength + varintSize(bodyLength) + bodyLength
    const start = this.#slabs.take(size)
    const { bytes } = this.#slabs.slab
    bytes[start] = bytesTag(1)
    let at = this.#headers.put(bytes, putVarint(bytes, start + 1, headerLength))
    bytes[at++] = varintTag(2)
    bytes[at++] = type
    bytes[at++] = bytesTag(3)
    at = putVarint(bytes, at, bodyLength)
    at = putBytes(body.bytes, 0, body.length, bytes, at)
    putBytes(more.bytes, more.start, more.end, bytes, at)
    this.#slabs.slab.add(start + size, size, rows, origin, facts)
  }
}
