import type { BinlogEvent, RowsEvent, TableMap } from "@canal/binlog-protocol"
import { type Cells, rowCells } from "../format/row-cells.ts"
import type { PrintedEvent, PrintedRow } from "./program-output.ts"
import { printedType } from "./printed-type.ts"
import { printedValue, type PrintValue } from "./printed-value.ts"

/** Something that the two say differently. */
export interface Difference {
  /** `file:position` of the event. */
  readonly at: string
  readonly what: string
}

/** What was compared, and what came of it. */
export interface ComparisonResult {
  events: number
  rows: number
  values: number
  /** Values, types and end positions that the program does not tell. */
  notComparable: number
  /** All of them; of which `shown` has the first. */
  differences: number
  readonly shown: Difference[]
}

/** Differences that are kept. */
const SHOWN = 20
const TWO_TO_32 = 0x1_0000_0000
/** Characters of a value that are shown. */
const SHOWN_VALUE = 120

/** Compares our events and rows with those that a program prints, in the order of each. */
export class Comparison {
  readonly result: ComparisonResult = {
    events: 0,
    rows: 0,
    values: 0,
    notComparable: 0,
    differences: 0,
    shown: [],
  }
  readonly #printers = new WeakMap<TableMap, readonly PrintValue[]>()

  /** Either may be `undefined` where the other goes on alone. */
  events(ours: BinlogEvent | undefined, theirs: PrintedEvent | undefined): void {
    this.result.events++
    if (ours === undefined || theirs === undefined) {
      const at = ours === undefined ? String(theirs?.at) : placeOf(ours)
      const what =
        ours === undefined ? `only the program shows ${theirs?.label}` : `only we show ${ours.type}`
      return this.#differ(at, what)
    }
    const at = placeOf(ours)
    this.#same(at, "position", printedPosition(ours), theirs.at)
    // MariaDB 11.8 writes 0 into some headers.
    if (theirs.endPosition === 0) this.result.notComparable++
    else this.#same(at, "end position", ours.endPosition % TWO_TO_32, theirs.endPosition)
    this.#same(at, "timestamp", ours.timestamp, theirs.timestamp)
    this.#same(at, "server id", ours.serverId, theirs.serverId)
    const type = printedType(theirs.label)
    if (type === undefined) this.result.notComparable++
    else this.#same(at, "type", ours.type, type)
  }

  /** Compares the rows of an event with those that `next` gives one after the other. */
  async rows(event: RowsEvent, next: () => Promise<PrintedRow | undefined>): Promise<void> {
    const printers = this.#printersOf(event.table)
    const at = placeOf(event)
    let givenUp = false
    for (const { before, after } of rowCells(event)) {
      this.result.rows++
      if (givenUp) {
        this.result.notComparable += presentIn(before, printers.length) + presentIn(after, printers.length)
        continue
      }
      const row = await next()
      if (row === undefined) {
        this.#differ(at, "the program shows less rows")
        return
      }
      this.#same(at, "change", event.kind, row.change)
      this.#same(at, "table", quotedName(event.table), row.table)
      if (before !== undefined) this.#image(event, at, "before", before, row)
      if (after !== undefined) this.#image(event, at, "after", after, row)
      givenUp = row.givenUp
    }
  }

  /** A row that the program shows beyond ours. */
  extraRow(row: PrintedRow, place: string): void {
    this.#differ(place, `only the program shows a row: ${row.change} ${row.table}`)
  }

  #image(event: RowsEvent, at: string, side: "before" | "after", cells: Cells, row: PrintedRow): void {
    for (const [ordinal, print] of this.#printersOf(event.table).entries()) {
      const theirs = row[side].get(ordinal)
      const name = `${side} @${ordinal + 1}`
      if (cells.isAbsent(ordinal)) {
        if (theirs !== undefined)
          this.#differ(at, `${name}: we lack the column, the program has ${short(theirs)}`)
        continue
      }
      if (theirs === undefined) {
        if (row.givenUp) this.result.notComparable++
        else this.#differ(at, `${name}: the program lacks the column`)
        continue
      }
      const ours = cells.isNull(ordinal)
        ? ["NULL"]
        : print(event.rows, cells.start(ordinal), cells.end(ordinal))
      const [first] = ours
      if (first === undefined) this.result.notComparable++
      else {
        this.result.values++
        const told = theirs.trimEnd()
        if (!ours.includes(told)) this.#same(at, name, first, told)
      }
    }
  }

  #printersOf(table: TableMap): readonly PrintValue[] {
    const known = this.#printers.get(table)
    if (known !== undefined) return known
    const made = table.columns.map((column, ordinal) => printedValue(column, ordinal))
    this.#printers.set(table, made)
    return made
  }

  #same(at: string, what: string, ours: string | number, theirs: string | number): void {
    if (ours !== theirs) this.#differ(at, `${what}: we have ${short(ours)}, the program ${short(theirs)}`)
  }

  #differ(at: string, what: string): void {
    this.result.differences++
    if (this.result.shown.length < SHOWN) this.result.shown.push({ at, what })
  }
}

/** Of events out of a compressed transaction the programs know the end of the whole only. */
export function printedPosition({ position, endPosition, innerIndex }: BinlogEvent): number {
  return innerIndex === undefined ? position : endPosition
}

function presentIn(cells: Cells | undefined, columns: number): number {
  if (cells === undefined) return 0
  let present = 0
  for (let ordinal = 0; ordinal < columns; ordinal++) if (!cells.isAbsent(ordinal)) present++
  return present
}

/** The programs print the bytes of names. */
function quotedName({ schema, table }: TableMap): string {
  return Buffer.from(`\`${schema}\`.\`${table}\``).toString("latin1")
}

function placeOf({ file, position, innerIndex }: BinlogEvent): string {
  return `${file}:${position}${innerIndex === undefined ? "" : ` (event ${innerIndex} of the compressed transaction)`}`
}

function short(value: string | number): string {
  const text = Buffer.from(String(value), "latin1").toString("utf8")
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}… (${text.length} characters)` : text
}
