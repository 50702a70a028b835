import { formatXaId } from "@canal/binlog-protocol"
import type { BinlogEvent, EventBase, MariadbGtidEvent, QueryEvent, RowsEvent } from "@canal/binlog-protocol"
import type { Change, ChangeOrigin } from "../change.ts"
import { ParserError } from "../errors.ts"
import { readStatement } from "../ddl/read-statement.ts"
import type { FilterSlot } from "../filter/table-filter.ts"
import { rowsChange } from "../rows/rows-change.ts"
import type { ResolvedTable, TableResolver } from "../schema/table-resolver.ts"
import { beginChange, commitChange } from "./bounds.ts"
import { readControl } from "./control.ts"
import type { GtidTracker } from "./gtid-tracker.ts"
import { helperText } from "./helper-text.ts"
import { refuseChanges } from "./refuse-changes.ts"
import { WantedTables } from "./wanted-tables.ts"

/** Turns events into changes, one after the other. */
export class ChangeReader {
  /** Whether a begin was read and its end was not. */
  inTransaction = false
  /** Whether the last event read was the last of its transaction, DDL or other statement. */
  groupEnded = false
  readonly #tables: TableResolver
  readonly #filter: FilterSlot
  readonly #gtids: GtidTracker | undefined
  #wanted: WantedTables
  /** The table of the rows that are read next. */
  #prepared: ResolvedTable | undefined

  constructor(tables: TableResolver, filter: FilterSlot, gtids: GtidTracker | undefined) {
    this.#tables = tables
    this.#filter = filter
    this.#gtids = gtids
    this.#wanted = new WantedTables(filter.current)
  }

  /** What must be awaited before `read` may be given the event; `undefined`, as nearly always: nothing. */
  prepare(event: BinlogEvent): Promise<unknown> | undefined {
    this.#prepared = undefined
    if (event.type !== "rows" || !this.#wants(event)) return undefined
    this.#prepared = this.#tables.known(event.table)
    return this.#prepared === undefined ? this.#tables.resolve(event.table) : undefined
  }

  /**
   * Appends the changes that the event makes, mostly one or none.
   * @throws ParserError `UNSUPPORTED_EVENT`, `INCIDENT`
   */
  read(event: BinlogEvent, out: Change[]): void {
    this.groupEnded = false
    switch (event.type) {
      case "rows":
        return this.#rows(event, out)
      case "query":
        return this.#query(event, out)
      case "xid":
        this.inTransaction = false
        this.groupEnded = true
        out.push(commitChange(event, this.#gtids?.current, String(event.xid), undefined))
        return
      case "xa-prepare":
        this.groupEnded = true
        return
      case "gtid":
        this.inTransaction = false
        if (event.gtid !== undefined)
          this.#gtids?.begin(event.gtid, event.sequenceNumber, event.lastCommitted)
        return
      case "mariadb-gtid":
        return this.#mariadbGtid(event, out)
      case "rows-query":
        // The table that the statement names, as Canal has it; ANNOTATE_ROWS gives none.
        return this.#helper(event, event.sql, readStatement(event.sql, undefined)?.table ?? "", out)
      case "annotate-rows":
        return this.#helper(event, event.sql, "", out)
      case "int-var":
      case "random":
      case "user-var":
        return this.#helper(event, helperText(event), "", out)
      case "heartbeat":
        out.push({ ...this.#origin(event), offset: event.endPosition, length: 0, kind: "heartbeat" })
        return
      case "incident":
        throw new ParserError(
          "INCIDENT",
          `The source says that changes are missing from its binlog at ${event.file}:${event.position}: ${event.message}. ` +
            `Compare its tables with what was delivered, then start again at ${event.file}:${event.endPosition}, without the old cursors`,
        )
      case "load-data":
        if (this.#filter.current.accepts(event.schema, event.table)) refuseChanges(event)
        return
      case "unknown":
        return refuseChanges(event)
      default:
    }
  }

  #rows(event: RowsEvent, out: Change[]): void {
    const resolved = this.#prepared ?? (this.#wants(event) ? this.#tables.known(event.table) : undefined)
    this.#prepared = undefined
    if (resolved !== undefined) out.push(rowsChange(event, resolved, this.#gtids?.current))
  }

  #wants(event: RowsEvent): boolean {
    if (this.#wanted.filter !== this.#filter.current) this.#wanted = new WantedTables(this.#filter.current)
    return this.#wanted.has(event.table)
  }

  #query(event: QueryEvent, out: Change[]): void {
    const { sql } = event
    const control = readControl(sql)
    if (control === undefined) {
      this.#statement(event, out)
      this.groupEnded = !this.inTransaction
      return
    }
    switch (control.kind) {
      case "begin":
        return this.#begin(event, event.threadId, undefined, out)
      case "xa-start":
        return this.#begin(event, event.threadId, control.xid, out)
      case "rollback":
      case "commit":
        this.groupEnded = true
        // A ROLLBACK ends a transaction of which tables without transactions keep a part; else it means nothing.
        if (control.kind === "rollback" && !this.inTransaction) return
        this.inTransaction = false
        out.push(commitChange(event, this.#gtids?.current, "0", undefined))
        return
      case "xa-end":
        // XA_PREPARE follows in the same group.
        this.inTransaction = false
        out.push(commitChange(event, this.#gtids?.current, "0", control.xid))
        return
      case "xa-commit":
      case "xa-rollback": {
        this.groupEnded = true
        const verdict = control.kind === "xa-commit" ? "commit" : "rollback"
        out.push({ ...this.#origin(event), kind: "xa", verdict, xid: control.xid, sql })
      }
    }
  }

  #begin(event: EventBase, threadId: number | undefined, xid: string | undefined, out: Change[]): void {
    // MariaDB's GTID event has begun the transaction already.
    if (this.inTransaction) return
    this.inTransaction = true
    out.push(beginChange(event, this.#gtids?.current, threadId, xid))
  }

  #mariadbGtid(event: MariadbGtidEvent, out: Change[]): void {
    this.#gtids?.begin(event.gtid, undefined, undefined)
    this.inTransaction = false
    if (event.standalone || event.xa === "completed") return
    // The blank stands behind XA START in MySQL's text.
    const xid = event.xid === undefined ? undefined : ` ${formatXaId(event.xid)}`
    this.#begin(event, undefined, xid, out)
  }

  #statement(event: QueryEvent, out: Change[]): void {
    const { sql } = event
    const defaultSchema = event.schema === "" ? undefined : event.schema
    const statement = readStatement(sql, defaultSchema)
    if (statement === undefined) return
    const { kind, schema, table, tables } = statement
    const isRows = kind === "insert" || kind === "update" || kind === "delete"
    if (!isRows) this.#tables.forget()
    const wanted = (name: { schema: string | undefined; table: string }): boolean =>
      this.#filter.current.accepts(name.schema ?? "", name.table)
    if (tables.length > 0 && !tables.some(wanted)) return
    const others = tables.slice(1).map((name) => `${name.schema ?? ""}.${name.table}`)
    const origin = { ...this.#origin(event), ...(others.length > 0 ? { otherTables: others } : {}) }
    out.push(
      isRows
        ? {
            ...origin,
            kind: "statement",
            statement: kind,
            schema: schema ?? "",
            table: table ?? "",
            defaultSchema,
            sql,
          }
        : { ...origin, kind: "ddl", statement: kind, schema, table, defaultSchema, sql },
    )
  }

  #helper(event: EventBase, sql: string, table: string, out: Change[]): void {
    const origin = this.#origin(event)
    out.push({
      ...origin,
      kind: "statement",
      statement: "other",
      schema: "",
      table,
      defaultSchema: undefined,
      sql,
    })
  }

  #origin(event: EventBase): ChangeOrigin {
    return {
      file: event.file,
      offset: event.position,
      length: event.length,
      timestamp: event.timestamp,
      serverId: event.serverId,
      gtid: this.#gtids?.current,
    }
  }
}
