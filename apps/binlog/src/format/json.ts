import {
  type BinlogEvent,
  ByteWriter,
  type Column,
  columnCodec,
  ColumnType,
  type RowsEvent,
  type TableMap,
} from "@canal/binlog-protocol"
import { type CanalText, canalText, zoneOffset } from "@canal/server"
import type { EventPrinter } from "./event-printer.ts"
import { eventDetails } from "./event-details.ts"
import { jsonString } from "./json-string.ts"
import { type Cells, rowCells } from "./row-cells.ts"

const ABSENT = '{"absent":true}'
const KEPT_CAPACITY = 1 << 20

/** How values are written. */
export interface ValueForm {
  /** An IANA name: where TIMESTAMP is shown. */
  readonly timeZone: string
  /** ENUM and SET as labels where these are known, instead of Canal's numbers. */
  readonly labels: boolean
  /** Bytes as base64, instead of Canal's character per byte. */
  readonly base64: boolean
}

/** One line of JSON per event; values in Canal's text form but for what is asked otherwise. */
export class JsonPrinter implements EventPrinter {
  readonly #form: ValueForm
  readonly #zoneOffset: (utcSeconds: number) => number
  readonly #texts = new WeakMap<TableMap, readonly CanalText[]>()
  #scratch = new ByteWriter(256)

  constructor(form: ValueForm) {
    this.#form = form
    this.#zoneOffset = zoneOffset(form.timeZone)
  }

  *print(event: BinlogEvent): Generator<string, void, void> {
    const { file, position, endPosition, timestamp, serverId, type, innerIndex } = event
    const head = JSON.stringify({
      file,
      position,
      endPosition,
      ...(innerIndex === undefined ? {} : { innerIndex }),
      timestamp,
      serverId,
      type,
      ...eventDetails(event),
    })
    if (event.type !== "rows") {
      yield `${head}\n`
      return
    }
    const names = event.table.columns.map(({ name }) => name)
    yield head.slice(0, -1)
    if (!names.includes(undefined)) yield `,"columns":${JSON.stringify(names)}`
    for (const side of ["before", "after"] as const) yield* this.#images(event, side)
    yield "}\n"
  }

  *#images(event: RowsEvent, side: "before" | "after"): Generator<string, void, void> {
    if (event[`${side}Columns`] === undefined) return
    yield `,"${side}":[`
    let first = true
    for (const row of rowCells(event)) {
      const cells = row[side]
      if (cells === undefined) continue
      yield first ? "[" : ",["
      first = false
      yield* this.#values(event, cells)
      yield "]"
    }
    yield "]"
  }

  *#values(event: RowsEvent, cells: Cells): Generator<string, void, void> {
    for (const [ordinal, text] of this.#textsOf(event.table).entries()) {
      if (ordinal > 0) yield ","
      if (cells.isAbsent(ordinal)) yield ABSENT
      else if (cells.isNull(ordinal)) yield "null"
      else {
        this.#scratch.reset()
        text.writeText(event.rows, cells.start(ordinal), cells.end(ordinal), this.#scratch)
        yield* jsonString(this.#scratch.bytes, this.#scratch.length)
        if (this.#scratch.bytes.length > KEPT_CAPACITY) this.#scratch = new ByteWriter(256)
      }
    }
  }

  #textsOf(table: TableMap): readonly CanalText[] {
    const known = this.#texts.get(table)
    if (known !== undefined) return known
    const made = table.columns.map((column) => this.#textOf(column))
    this.#texts.set(table, made)
    return made
  }

  #textOf(column: Column): CanalText {
    const { labels, base64 } = this.#form
    if (labels && (column.type === ColumnType.ENUM || column.type === ColumnType.SET))
      return columnCodec(column)
    const canal = canalText(column, this.#zoneOffset)
    return base64 ? base64Text(column, canal) : canal
  }
}

/** Bytes as base64, other values as `otherwise` has them. */
function base64Text(column: Column, otherwise: CanalText): CanalText {
  const codec = columnCodec(column)
  return {
    writeText(bytes, start, end, out) {
      const value = codec.read(bytes, start, end)
      if (value instanceof Uint8Array) out.ascii(Buffer.from(value).toString("base64"))
      else otherwise.writeText(bytes, start, end, out)
    },
  }
}
