import { ByteWriter } from "@canal/binlog-protocol"
import type { RowsEvent } from "@canal/binlog-protocol"
import { writePowersOfTen } from "./powers-of-ten.ts"
import { FIELDS_ROOM, IMAGES_AFTER, IMAGES_BEFORE, ROWS_ROOM, TABLES_ROOM } from "./row-layout.ts"
import { ROWS_MODULE } from "./rows-module.ts"
import type { TablePlan } from "./table-plan.ts"

/** What assembly/rows.ts exports. Areas are given by their addresses. */
interface RowsExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly POWERS: Address
  readonly TABLES: Address
  readonly BEFORE_BITS: Address
  readonly AFTER_BITS: Address
  readonly ROWS: Address
  readonly FIELDS: Address
  readonly count: { readonly value: number }
  readonly placeTable: (table: number) => void
  readonly writeRows: (table: number, length: number, images: number) => number
}

interface Address {
  readonly value: number
}

/** What assembly/column.ts imports. */
interface RowsImports {
  readonly putForeignText: (ordinal: number, from: number, end: number, at: number) => number
  readonly zoneOffset: (seconds: number) => number
}

/** The part of the engine's interface that is used here, with the types of this module. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly column: RowsImports },
  ) => { readonly exports: RowsExports }
}

declare const WebAssembly: Engine | undefined

/** Scratch memory up to this size is kept for the next text. */
const KEPT_SCRATCH = 1 << 20

/** Writes rows by WebAssembly, in memory of a fixed size. One serves all encoders of a process: it keeps nothing. */
class WasmRows {
  /** The memory of the module. What was written lies there from `start` to `end` until more is written. */
  readonly bytes: Buffer
  readonly start: number
  end = 0
  readonly #module: RowsExports
  readonly #tables: number
  readonly #rows: number
  readonly #beforeBits: number
  readonly #afterBits: number
  /** Where the tables lie that were described, and where the next one will. */
  #places = new WeakMap<TablePlan, number>()
  #nextPlace: number
  /** The table of the rows at hand. */
  #table: TablePlan | undefined
  #scratch = new ByteWriter(1024)

  constructor({ Module, Instance }: Engine) {
    const module = new Module(Buffer.from(ROWS_MODULE, "base64"))
    const column: RowsImports = {
      putForeignText: (ordinal, from, end, at) => this.#putForeignText(ordinal, from, end, at),
      zoneOffset: (seconds) => this.#table?.zoneOffset(seconds) ?? 0,
    }
    this.#module = new Instance(module, { column }).exports
    const { memory, POWERS, TABLES, ROWS, FIELDS, BEFORE_BITS, AFTER_BITS } = this.#module
    this.bytes = Buffer.from(memory.buffer)
    this.start = FIELDS.value
    this.#tables = TABLES.value
    this.#nextPlace = TABLES.value
    this.#rows = ROWS.value
    this.#beforeBits = BEFORE_BITS.value
    this.#afterBits = AFTER_BITS.value
    writePowersOfTen(this.bytes, POWERS.value)
  }

  /**
   * Writes the rows of an event, each as a RowData. Answers how many they are; `undefined` if it left them to
   * `writePlainRows`: where they are many bytes, or not sound.
   */
  write(event: RowsEvent, table: TablePlan): number | undefined {
    const { rows, beforeColumns, afterColumns } = event
    if (table.description === undefined || rows.length > ROWS_ROOM) return undefined
    this.#table = table
    rows.copy(this.bytes, this.#rows)
    const width = (table.columns.length + 7) >> 3
    if (!this.#putBits(beforeColumns, this.#beforeBits, width)) return undefined
    if (!this.#putBits(afterColumns, this.#afterBits, width)) return undefined
    const images =
      (beforeColumns === undefined ? 0 : IMAGES_BEFORE) | (afterColumns === undefined ? 0 : IMAGES_AFTER)
    const place = this.#places.get(table) ?? this.#place(table, table.description)
    this.end = this.#module.writeRows(place, rows.length, images)
    return this.end === 0 ? undefined : this.#module.count.value
  }

  /** Puts the bits of the columns that images hold, where there are any; answers whether they are those of all columns. */
  #putBits(bits: Uint8Array | undefined, at: number, width: number): boolean {
    if (bits === undefined) return true
    if (bits.length !== width) return false
    for (let index = 0; index < width; index++) this.bytes[at + index] = bits[index] ?? 0
    return true
  }

  /** Puts a table beside those that are there; where there is no room, they all go. */
  #place(table: TablePlan, description: Buffer): number {
    if (this.#nextPlace + description.length > this.#tables + TABLES_ROOM) {
      this.#places = new WeakMap()
      this.#nextPlace = this.#tables
    }
    const place = this.#nextPlace
    description.copy(this.bytes, place)
    this.#module.placeTable(place)
    this.#places.set(table, place)
    this.#nextPlace += (description.length + 7) & ~7
    return place
  }

  #putForeignText(ordinal: number, from: number, end: number, at: number): number {
    if (this.#scratch.bytes.length > KEPT_SCRATCH) this.#scratch = new ByteWriter(1024)
    const scratch = this.#scratch
    scratch.reset()
    this.#table?.columns[ordinal]?.writeText(this.bytes, from, end, scratch)
    // What follows the text is no longer than all that the table's columns have in common.
    const more = (this.#table?.description?.length ?? 0) + 512
    if (at + scratch.length + more > this.start + FIELDS_ROOM) return 0
    scratch.bytes.copy(this.bytes, at, 0, scratch.length)
    return at + scratch.length
  }
}

/** `undefined` where the engine has none, as with `--jitless`, or no address space for it: then all rows are written plainly. */
export const wasmRows: WasmRows | undefined = create()

function create(): WasmRows | undefined {
  if (typeof WebAssembly === "undefined") return undefined
  try {
    return new WasmRows(WebAssembly)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
