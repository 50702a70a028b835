import { type Column, decodeColumn } from "@canal/protocol"
import { readsOf, type ValueType, valueType } from "../value.ts"
import type { ByteCursor } from "./byte-cursor.ts"
import {
  FRONT_BYTES,
  FRONT_READS,
  FRONT_SIZE,
  FRONT_SQL_TYPE,
  MOST_COLUMNS,
  MOST_FRONTS,
  RECORD_BACK,
  RECORD_FRONT,
  RECORD_FRONTS,
  RECORD_SIZE,
  SHAPE_COLUMNS,
  SHAPE_RECORDS,
} from "../row-layout.ts"

const INDEX = 0x08
const SQL_TYPE = 0x10
const NAME = 0x1a
const IS_KEY = 0x20
const UPDATED = 0x28
const IS_NULL = 0x30
const VALUE = 0x42
const MYSQL_TYPE = 0x52

/** A column of an image, with the bytes that it has in common with the same column of other rows. */
export interface WrittenColumn {
  readonly column: Column
  /** The fields 1 to 4. */
  readonly front: Buffer
  /** Field 10. */
  readonly back: Buffer
}

/** What a column of one image has in common with that of the next. */
export type ShapeColumn = Pick<Column, "index" | "name" | "isKey" | "mysqlType">

interface Front {
  readonly bytes: Buffer
  readonly sqlType: number
}

/** What WebAssembly needs to know of a column: its back, and the fronts with which it has come. */
interface KnownColumn {
  readonly column: ShapeColumn
  readonly type: ValueType
  readonly back: Buffer
  readonly fronts: Front[]
}

/**
 * Finds out how the columns with this tag are written, from the cursor on and to `end` at the latest.
 * @returns undefined where that is not as Canal writes them
 * @throws ProtocolError MALFORMED
 */
export function writtenColumns(
  cursor: ByteCursor,
  tag: number,
  end: number,
): readonly WrittenColumn[] | undefined {
  const columns: WrittenColumn[] = []
  while (cursor.at < end && cursor.passes(tag)) {
    const length = cursor.varint()
    if (length < 0 || cursor.at + length > end) return undefined
    const column = writtenColumn(cursor, cursor.at + length)
    if (column === undefined) return undefined
    columns.push(column)
  }
  return columns
}

/**
 * Reads the column between the cursor and `end`; `undefined` where its fields are not all there in their order, or its sqlType
 * takes more than 16 bits, which none does.
 */
function writtenColumn(cursor: ByteCursor, end: number): WrittenColumn | undefined {
  const { bytes, at } = cursor
  const frontEnd = passFront(cursor)
  const backAt = passRest(cursor)
  if (frontEnd < 0 || backAt < 0 || cursor.at !== end) return undefined
  const column = decodeColumn(bytes.subarray(at, end))
  if (column.sqlType !== (column.sqlType << 16) >> 16) return undefined
  return {
    column,
    front: Buffer.from(bytes.subarray(at, frontEnd)),
    back: Buffer.from(bytes.subarray(backAt, end)),
  }
}

/** Passes the fields 1 to 4. @returns where they end; -1 where they are not all there in their order */
function passFront(cursor: ByteCursor): number {
  if (!cursor.passes(INDEX) || !cursor.passesVarint()) return -1
  if (!cursor.passes(SQL_TYPE) || !cursor.passesVarint()) return -1
  if (!cursor.passes(NAME) || !cursor.passesBytes()) return -1
  return cursor.passes(IS_KEY) && cursor.passesVarint() ? cursor.at : -1
}

/** Passes the fields 5 to 10. @returns where the last one begins; -1 where they are not all there in their order */
function passRest(cursor: ByteCursor): number {
  if (!cursor.passes(UPDATED) || !cursor.passesVarint()) return -1
  if (!cursor.passes(IS_NULL) || !cursor.passesVarint()) return -1
  if (cursor.passes(VALUE) && !cursor.passesBytes()) return -1
  const { at } = cursor
  return cursor.passes(MYSQL_TYPE) && cursor.passesBytes() ? at : -1
}

/**
 * The columns of an image, by which WebAssembly recognises it. From row to row they differ in updated, isNull and value
 * alone, but for the sqlType, which can be another one for NULL or for large numbers.
 */
export class ImageShape {
  readonly #known: readonly KnownColumn[]

  constructor(columns: readonly WrittenColumn[]) {
    this.#known = columns.map(({ column, front, back }) => ({
      column,
      type: valueType(column.mysqlType),
      back,
      fronts: [{ bytes: front, sqlType: column.sqlType }],
    }))
  }

  get columns(): readonly ShapeColumn[] {
    return this.#known.map(({ column }) => column)
  }

  /** How many bytes its description takes, at least. */
  get room(): number {
    let room = SHAPE_RECORDS
    for (const { back, fronts } of this.#known) {
      room += RECORD_SIZE + back.length
      for (const { bytes } of fronts) room += bytes.length
    }
    return room
  }

  /**
   * Learns the fronts of other rows.
   * @returns false where these are other columns, or nothing new
   */
  learn(columns: readonly WrittenColumn[]): boolean {
    if (columns.length !== this.#known.length) return false
    if (!this.#known.every((known, i) => isSameColumn(known, columns[i]))) return false
    let learned = false
    for (const [i, { fronts }] of this.#known.entries()) {
      const written = columns[i]
      if (written === undefined || fronts.some(({ bytes }) => bytes.equals(written.front))) continue
      if (fronts.length === MOST_FRONTS) return false
      fronts.push({ bytes: written.front, sqlType: written.column.sqlType })
      learned = true
    }
    return learned
  }

  /**
   * Describes the shape to WebAssembly, in the layout of row-layout.ts.
   * @param address where it will lie
   * @returns undefined for one that has too many columns
   */
  description(address: number): Buffer | undefined {
    if (this.#known.length > MOST_COLUMNS) return undefined
    const records = Buffer.alloc(SHAPE_RECORDS + this.#known.length * RECORD_SIZE)
    records.writeUInt32LE(this.#known.length, SHAPE_COLUMNS)
    const constants: Buffer[] = []
    let end = address + records.length
    const put = (bytes: Buffer, at: number): void => {
      records.writeUInt32LE(end, at)
      records.writeUInt32LE(bytes.length, at + 4)
      constants.push(bytes)
      end += bytes.length
    }
    for (const [i, { type, back, fronts }] of this.#known.entries()) {
      const record = SHAPE_RECORDS + i * RECORD_SIZE
      put(back, record + RECORD_BACK)
      records.writeUInt32LE(fronts.length, record + RECORD_FRONTS)
      for (const [j, { bytes, sqlType }] of fronts.entries()) {
        const front = record + RECORD_FRONT + j * FRONT_SIZE
        put(bytes, front + FRONT_BYTES)
        records.writeInt32LE(sqlType, front + FRONT_SQL_TYPE)
        records.writeUInt32LE(readsOf(type, sqlType), front + FRONT_READS)
      }
    }
    return Buffer.concat([records, ...constants])
  }
}

/** Whether a column differs in nothing but its sqlType, and how its front is written. */
function isSameColumn({ column, back }: KnownColumn, written: WrittenColumn | undefined): boolean {
  const { index, name, isKey } = column
  const other = written?.column
  return (
    index === other?.index &&
    name === other.name &&
    isKey === other.isKey &&
    back.equals(written?.back ?? back)
  )
}
