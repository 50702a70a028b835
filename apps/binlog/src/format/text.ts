import {
  type BinlogEvent,
  type Column,
  type ColumnValue,
  columnCodec,
  type RowsEvent,
  type TableMap,
} from "@canal/binlog-protocol"
import type { EventPrinter } from "./event-printer.ts"
import { type EventDetails, eventDetails } from "./event-details.ts"
import { type Cells, rowCells } from "./row-cells.ts"
import { clean, shownValue } from "./shown-value.ts"

export type Colour = "green" | "yellow" | "red" | "cyan" | "dim" | "bold"
/** Paints text, or leaves it as it is where no colour is wanted. */
export type Paint = (colour: Colour, text: string) => string

/** Characters of an event's details that are shown. */
const SHOWN = 1000

/** A line per event and, for rows, one per row: `+` inserted, `~` updated, `-` deleted. */
export class TextPrinter implements EventPrinter {
  readonly #paint: Paint
  readonly #codecs = new WeakMap<TableMap, readonly ReturnType<typeof columnCodec>[]>()

  constructor(paint: Paint) {
    this.#paint = paint
  }

  *print(event: BinlogEvent): Generator<string, void, void> {
    const { file, position, timestamp, serverId, innerIndex } = event
    const place = `${file}:${position}${innerIndex === undefined ? "" : `#${innerIndex}`}`
    const time = new Date(timestamp * 1000).toISOString().slice(0, 19).replace("T", " ")
    const details = this.#details(event)
    const head = `${clean(place)}  ${time}  server ${serverId}`
    yield `${this.#paint("dim", head)}  ${this.#paint(colourOf(event), event.type)}${details === "" ? "" : `  ${details}`}\n`
    if (event.type === "rows") yield* this.#rows(event)
  }

  #details(event: BinlogEvent): string {
    if (event.type === "rows" || event.type === "table-map") {
      const { schema, table } = event.table
      return clean(event.type === "rows" ? `${event.kind} ${schema}.${table}` : `${schema}.${table}`)
    }
    const text =
      event.type === "query" && event.schema !== ""
        ? `[${event.schema}] ${event.sql}`
        : Object.entries(eventDetails(event)).map(detail).join("  ")
    const shown = clean(text.slice(0, SHOWN))
    return text.length > SHOWN ? `${shown}… (${text.length} characters)` : shown
  }

  *#rows(event: RowsEvent): Generator<string, void, void> {
    for (const { before, after } of rowCells(event)) {
      if (before === undefined && after !== undefined)
        yield `${this.#paint("green", "  +")} ${this.#values(event, after).join("  ")}\n`
      else if (before !== undefined && after === undefined)
        yield `${this.#paint("red", "  -")} ${this.#values(event, before).join("  ")}\n`
      else if (before !== undefined && after !== undefined)
        yield `${this.#paint("yellow", "  ~")} ${this.#steps(event, before, after).join("  ")}\n`
    }
  }

  #values(event: RowsEvent, cells: Cells): readonly string[] {
    return event.table.columns.flatMap((column, ordinal) =>
      cells.isAbsent(ordinal) ? [] : [`${nameOf(column, ordinal)}=${this.#shown(event, cells, ordinal)}`],
    )
  }

  /** What changed, behind what did not. */
  #steps(event: RowsEvent, before: Cells, after: Cells): readonly string[] {
    const same: string[] = []
    const changed: string[] = []
    for (const [ordinal, column] of event.table.columns.entries()) {
      const name = nameOf(column, ordinal)
      const [old, fresh] = [before, after].map((cells) =>
        cells.isAbsent(ordinal) ? undefined : this.#shown(event, cells, ordinal),
      )
      if (fresh === undefined && old === undefined) continue
      if (fresh === undefined || sameBytes(event, before, after, ordinal)) same.push(`${name}=${old}`)
      else changed.push(`${name}: ${old === undefined ? "" : `${old} `}→ ${fresh}`)
    }
    return [...same, ...changed]
  }

  #shown(event: RowsEvent, cells: Cells, ordinal: number): string {
    if (cells.isNull(ordinal)) return "NULL"
    const value: ColumnValue = this.#codecsOf(event.table)[ordinal]?.read(
      event.rows,
      cells.start(ordinal),
      cells.end(ordinal),
    )
    return shownValue(value)
  }

  #codecsOf(table: TableMap): readonly ReturnType<typeof columnCodec>[] {
    const known = this.#codecs.get(table)
    if (known !== undefined) return known
    const made = table.columns.map((column) => columnCodec(column))
    this.#codecs.set(table, made)
    return made
  }
}

function detail([name, value]: [string, EventDetails[string]]): string {
  if (name === "gtid") return String(value ?? "anonymous")
  return name === "sql" ? String(value) : `${name}=${value}`
}

function sameBytes({ rows }: RowsEvent, before: Cells, after: Cells, ordinal: number): boolean {
  if (before.isAbsent(ordinal)) return false
  if (before.isNull(ordinal) || after.isNull(ordinal)) return before.isNull(ordinal) && after.isNull(ordinal)
  const old = rows.subarray(before.start(ordinal), before.end(ordinal))
  return old.equals(rows.subarray(after.start(ordinal), after.end(ordinal)))
}

function nameOf({ name }: Column, ordinal: number): string {
  return name === undefined ? `@${ordinal + 1}` : clean(name)
}

function colourOf({ type }: BinlogEvent): Colour {
  switch (type) {
    case "rows":
      return "bold"
    case "query":
    case "rows-query":
    case "annotate-rows":
      return "cyan"
    case "incident":
    case "unknown":
      return "red"
    default:
      return "dim"
  }
}
