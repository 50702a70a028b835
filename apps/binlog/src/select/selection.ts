import type { BinlogEvent } from "@canal/binlog-protocol"
import type { TableFilter } from "@canal/parser"
import type { Bound } from "./bound.ts"
import type { GtidFilter } from "./gtid-filter.ts"
import { hasType } from "./type-filter.ts"

/** What of a binlog is wanted; all of it where nothing is said. */
export interface SelectionOptions {
  readonly start?: Bound | undefined
  readonly stop?: Bound | undefined
  readonly gtid?: GtidFilter | undefined
  readonly table?: TableFilter | undefined
  readonly type?: ReadonlySet<string> | undefined
}

const ABOUT_TABLES: ReadonlySet<string> = new Set(["table-map", "rows"])

/** Looks at the events of a binlog one after the other and says which are wanted. */
export class Selection {
  readonly #options: SelectionOptions
  readonly #types: ReadonlySet<string> | undefined
  #started: boolean
  #inStopFile = false
  #transactionWanted: boolean

  constructor(options: SelectionOptions) {
    this.#options = options
    this.#started = options.start === undefined
    this.#transactionWanted = options.gtid === undefined
    this.#types = options.type ?? (options.table === undefined ? undefined : ABOUT_TABLES)
  }

  /** `end`: neither this event nor one behind it is wanted. */
  judge(event: BinlogEvent): "show" | "skip" | "end" {
    if (this.#isBehindStop(event)) return "end"
    this.#started ||= this.#isStart(event)
    this.#lookAtGtid(event)
    if (!this.#started || !this.#transactionWanted) return "skip"
    if (this.#types !== undefined && !hasType(event, this.#types)) return "skip"
    return this.#isOfWantedTable(event) ? "show" : "skip"
  }

  #isStart(event: BinlogEvent): boolean {
    const { start } = this.#options
    if (start === undefined) return true
    if ("time" in start) return event.timestamp >= start.time
    return event.file === start.file && event.position >= start.offset
  }

  #isBehindStop(event: BinlogEvent): boolean {
    const { stop } = this.#options
    if (stop === undefined) return false
    if ("time" in stop) return this.#started && event.timestamp >= stop.time
    const inFile = event.file === stop.file
    if (this.#inStopFile && !inFile) return true
    this.#inStopFile = inFile
    return inFile && event.position >= stop.offset
  }

  #lookAtGtid(event: BinlogEvent): void {
    const { gtid } = this.#options
    if (gtid === undefined) return
    switch (event.type) {
      case "gtid":
      case "mariadb-gtid":
        this.#transactionWanted = event.gtid !== undefined && gtid(event.gtid)
        break
      case "format-description":
      case "rotate":
      case "stop":
        this.#transactionWanted = false
        break
    }
  }

  #isOfWantedTable(event: BinlogEvent): boolean {
    const { table } = this.#options
    if (table === undefined || (event.type !== "rows" && event.type !== "table-map")) return true
    return table.accepts(event.table.schema, event.table.table)
  }
}
