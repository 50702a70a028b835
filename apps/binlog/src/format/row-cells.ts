import {
  ABSENT,
  columnCodec,
  createImageLayout,
  type ImageLayout,
  NULL,
  type RowsEvent,
  scanImage,
  type TableMap,
} from "@canal/binlog-protocol"

/** Where the values of an image lie in the bytes of its event. */
export class Cells {
  readonly #starts: Int32Array
  readonly #ends: Int32Array

  constructor(columns: number) {
    this.#starts = new Int32Array(columns)
    this.#ends = new Int32Array(columns)
  }

  /** Reads the image at `at`; returns where it ends. */
  scan(layout: ImageLayout, rows: Buffer, at: number): number {
    return scanImage(layout, rows, at, this.#starts, this.#ends)
  }

  isAbsent(ordinal: number): boolean {
    return this.#starts[ordinal] === ABSENT
  }

  isNull(ordinal: number): boolean {
    return this.#starts[ordinal] === NULL
  }

  start(ordinal: number): number {
    return this.#starts[ordinal] ?? 0
  }

  end(ordinal: number): number {
    return this.#ends[ordinal] ?? 0
  }
}

/** The images of a row; valid until the next row. */
export interface RowCells {
  readonly before: Cells | undefined
  readonly after: Cells | undefined
}

/** The rows of an event, one after the other, without decoding their values. */
export function* rowCells(event: RowsEvent): Generator<RowCells, void, void> {
  const { rows, beforeColumns, afterColumns, table } = event
  const codecs = codecsOf(table)
  const before = beforeColumns && {
    cells: new Cells(codecs.length),
    layout: createImageLayout(codecs, beforeColumns),
  }
  const after = afterColumns && {
    cells: new Cells(codecs.length),
    layout: createImageLayout(codecs, afterColumns),
  }
  const row = { before: before?.cells, after: after?.cells }
  let at = 0
  while (at < rows.length) {
    const begin = at
    if (before !== undefined) at = before.cells.scan(before.layout, rows, at)
    if (after !== undefined) at = after.cells.scan(after.layout, rows, at)
    if (at === begin) return
    yield row
  }
}

const codecs = new WeakMap<TableMap, ReturnType<typeof columnCodec>[]>()

function codecsOf(table: TableMap): ReturnType<typeof columnCodec>[] {
  const known = codecs.get(table)
  if (known !== undefined) return known
  const made = table.columns.map((column) => columnCodec(column))
  codecs.set(table, made)
  return made
}
