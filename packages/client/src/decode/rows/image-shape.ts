import { type Column, decodeColumn } from "@canal/protocol"
import { readsOf, type ValueType, valueType } from "../value.ts"
import type { ByteCursor } from "./byte-cursor.ts"
import {
  FORM_BACK,
  FORM_BACK_LENGTH,
  FORM_FIRST,
  FORM_HEAD_LENGTH,
  FORM_LAST,
  FORM_LENGTH,
  FORM_MORE,
  FORM_READS,
  FORM_REST,
  FORM_SQL_TYPE,
  MOST_COLUMNS,
  MOST_FORMS,
  SHAPE_COLUMNS,
  SHAPE_FORMS,
} from "../row-layout.ts"

const INDEX = 0x08
const SQL_TYPE = 0x10
const NAME = 0x1a
const IS_KEY = 0x20
const UPDATED = 0x28
const IS_NULL = 0x30
const VALUE = 0x42
const MYSQL_TYPE = 0x52

/** The fields 5 and 6, and which of their bits are always the same: their values are 0 or 1. */
const FLAGS = Buffer.of(UPDATED, 0, IS_NULL, 0)
const FLAGS_MASK = Buffer.of(0xff, 0xfe, 0xff, 0xfe)
/** The bytes of a vector. */
const VECTOR = 16

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

  /** How many bytes its description takes. */
  get room(): number {
    return this.#known.reduce((room, known) => room + formsLength(known), SHAPE_FORMS)
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
      if (fronts.length === MOST_FORMS) return false
      fronts.push({ bytes: written.front, sqlType: written.column.sqlType })
      learned = true
    }
    return learned
  }

  /**
   * Describes the shape to WebAssembly, in the layout of row-layout.ts.
   * @returns undefined for one that has too many columns
   */
  description(): Buffer | undefined {
    if (this.#known.length > MOST_COLUMNS) return undefined
    const description = Buffer.alloc(this.room)
    description.writeUInt32LE(this.#known.length, SHAPE_COLUMNS)
    let at = SHAPE_FORMS
    for (const known of this.#known) {
      const end = at + formsLength(known)
      for (const front of known.fronts) {
        const form = description.subarray(at, end)
        form.writeUInt32LE(form.length, FORM_REST)
        at += writeForm(form, known, front)
      }
    }
    return description
  }
}

/** How many bytes the forms of a column take. */
function formsLength({ back, fronts }: KnownColumn): number {
  return fronts.reduce((sum, { bytes }) => sum + formLength(bytes.length + FLAGS.length, back.length), 0)
}

function formLength(headLength: number, backLength: number): number {
  return FORM_MORE + vectors(headLength - 2 * VECTOR) + vectors(backLength - VECTOR)
}

/** How many bytes as many vectors have as it takes for so many bytes. */
function vectors(length: number): number {
  return length <= 0 ? 0 : Math.ceil(length / VECTOR) * VECTOR
}

/** Writes how a column is written with one of its fronts. @returns how many bytes that takes */
function writeForm(form: Buffer, { type, back }: KnownColumn, { bytes, sqlType }: Front): number {
  const head = Buffer.concat([bytes, FLAGS])
  const headMask = Buffer.concat([Buffer.alloc(bytes.length, 0xff), FLAGS_MASK])
  const length = formLength(head.length, back.length)
  form.writeUInt32LE(head.length, FORM_HEAD_LENGTH)
  form.writeUInt32LE(back.length, FORM_BACK_LENGTH)
  form.writeInt32LE(sqlType, FORM_SQL_TYPE)
  form.writeUInt32LE(readsOf(type, sqlType), FORM_READS)
  form.writeUInt32LE(length, FORM_LENGTH)
  head.copy(form, FORM_FIRST, 0, VECTOR)
  headMask.copy(form, FORM_FIRST + VECTOR, 0, VECTOR)
  putLast(form, FORM_LAST, head)
  putLast(form, FORM_LAST + VECTOR, headMask)
  putLast(form, FORM_BACK, back)
  putLast(form, FORM_BACK + VECTOR, Buffer.alloc(back.length, 0xff))
  let at = FORM_MORE
  for (let from = head.length - 2 * VECTOR; from > 0; from -= VECTOR) {
    at += head.copy(form, at, from, from + VECTOR)
  }
  for (let from = 0; from + VECTOR < back.length; from += VECTOR) {
    at += back.copy(form, at, from, from + VECTOR)
  }
  return length
}

/** Puts the last bytes at the end of a vector. */
function putLast(form: Buffer, at: number, bytes: Buffer): void {
  const last = bytes.subarray(-VECTOR)
  last.copy(form, at + VECTOR - last.length)
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
