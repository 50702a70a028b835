import { type BinlogEvent, formatGtid, type RowsEvent } from "@canal/binlog-protocol"
import { rowCells } from "../format/row-cells.ts"

/** Transactions that are listed. */
const LARGEST = 10

export interface TypeCount {
  readonly type: string
  events: number
  /** On the wire, header and checksum included; those of a compressed transaction count as its TRANSACTION_PAYLOAD. */
  bytes: number
}

export interface TableCount {
  readonly table: string
  insert: number
  update: number
  delete: number
}

export interface TransactionCount {
  /** `undefined` for one without a number. */
  readonly gtid: string | undefined
  readonly file: string
  readonly position: number
  readonly timestamp: number
  bytes: number
  rows: number
}

export interface FileCount {
  readonly file: string
  events: number
  bytes: number
}

/** What is in a binlog. */
export interface Summary {
  readonly files: readonly FileCount[]
  /** Seconds since 1970; `undefined` where no event has a time. */
  readonly firstTimestamp: number | undefined
  readonly lastTimestamp: number | undefined
  readonly types: readonly TypeCount[]
  readonly tables: readonly TableCount[]
  readonly transactions: number
  /** The largest by bytes, largest first. */
  readonly largestTransactions: readonly TransactionCount[]
}

/** Counts events as they come. Its memory grows with the tables and files, not with the events. */
export class Statistics {
  readonly #types = new Map<string, TypeCount>()
  readonly #tables = new Map<string, TableCount>()
  readonly #files = new Map<string, FileCount>()
  #first: number | undefined
  #last: number | undefined
  #transactions = 0
  #largest: TransactionCount[] = []
  #current: TransactionCount | undefined
  #begun = false

  get isEmpty(): boolean {
    return this.#files.size === 0
  }

  add(event: BinlogEvent): void {
    const { file, timestamp, length, innerIndex } = event
    const bytes = innerIndex === undefined ? length : 0
    const type = entry(this.#types, event.type, () => ({ type: event.type, events: 0, bytes: 0 }))
    type.events++
    type.bytes += bytes
    const inFile = entry(this.#files, file, () => ({ file, events: 0, bytes: 0 }))
    inFile.events++
    inFile.bytes += bytes
    if (timestamp > 0) {
      this.#first = Math.min(this.#first ?? timestamp, timestamp)
      this.#last = Math.max(this.#last ?? timestamp, timestamp)
    }
    const rows = event.type === "rows" ? this.#countRows(event) : 0
    this.#followTransaction(event, bytes, rows)
  }

  summary(): Summary {
    this.#endTransaction()
    return {
      files: [...this.#files.values()],
      firstTimestamp: this.#first,
      lastTimestamp: this.#last,
      types: [...this.#types.values()].sort((a, b) => b.bytes - a.bytes || b.events - a.events),
      tables: [...this.#tables.values()].sort((a, b) => rowsOf(b) - rowsOf(a)),
      transactions: this.#transactions,
      largestTransactions: this.#largest.toSorted((a, b) => b.bytes - a.bytes),
    }
  }

  #countRows(event: RowsEvent): number {
    const table = `${event.table.schema}.${event.table.table}`
    const count = entry(this.#tables, table, () => ({ table, insert: 0, update: 0, delete: 0 }))
    let rows = 0
    for (const row of rowCells(event)) if (row.before !== undefined || row.after !== undefined) rows++
    count[event.kind] += rows
    return rows
  }

  /** A transaction reaches from its GTID, or its BEGIN where it has none, to what ends it. */
  #followTransaction(event: BinlogEvent, bytes: number, rows: number): void {
    switch (event.type) {
      case "gtid":
      case "mariadb-gtid":
        this.#beginTransaction(event, event.gtid === undefined ? undefined : formatGtid(event.gtid))
        break
      case "query":
        if (this.#current === undefined) this.#beginTransaction(event, undefined)
        break
      case "format-description":
      case "rotate":
      case "stop":
        this.#endTransaction()
        return
    }
    if (this.#current === undefined) return
    this.#current.bytes += bytes
    this.#current.rows += rows
    if (event.type === "xid" || event.type === "xa-prepare") this.#endTransaction()
    else if (event.type === "query") {
      if (event.sql === "BEGIN") this.#begun = true
      else if (!this.#begun || event.sql === "COMMIT" || event.sql === "ROLLBACK") this.#endTransaction()
    } else if (event.type === "mariadb-gtid") this.#begun = !event.standalone
  }

  #beginTransaction({ file, position, timestamp }: BinlogEvent, gtid: string | undefined): void {
    this.#endTransaction()
    this.#current = { gtid, file, position, timestamp, bytes: 0, rows: 0 }
  }

  #endTransaction(): void {
    const ended = this.#current
    this.#current = undefined
    this.#begun = false
    if (ended === undefined) return
    this.#transactions++
    this.#largest.push(ended)
    if (this.#largest.length > LARGEST) {
      this.#largest.sort((a, b) => b.bytes - a.bytes)
      this.#largest.length = LARGEST
    }
  }
}

function rowsOf(table: TableCount): number {
  return table.insert + table.update + table.delete
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
