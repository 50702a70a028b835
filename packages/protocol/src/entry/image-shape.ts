import type { ByteCursor } from "../wire/byte-cursor.ts"
import { matchWords, putWords, sameBytes, wordsOf } from "../wire/constant-bytes.ts"
import { readMessage } from "../wire/message-reader.ts"
import { type Column, readColumn } from "./column.ts"

/*
 * A column as Canal writes it: the fields 1 index, 2 sqlType, 3 name, 4 isKey are its front, then 5 updated, 6 isNull and,
 * unless it is NULL, 8 value; 10 mysqlType is its tail. From row to row a table's columns differ in updated, isNull and
 * value alone, but for the sqlType, which can be another one for NULL or for large numbers.
 */

const INDEX = 0x08
const SQL_TYPE = 0x10
const NAME = 0x1a
const IS_KEY = 0x20
const UPDATED = 0x28
const IS_NULL = 0x30
/** The fields 5 and 6 in four bytes: each a tag, and a value that is 0 or 1. */
const FLAGS = (UPDATED << 24) | (IS_NULL << 8)
const FLAG_VALUES = 0x0001_0001
const VALUE = 0x42
const MYSQL_TYPE = 0x52

/** How many fronts of one column are remembered; Canal has three. */
const MOST_FRONTS = 4

/** Where the values of one row image lie, by their order in the image. */
export interface ImagePlaces {
  /** Where the value's text begins; -1 for NULL. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly sqlTypes: Int32Array
  /** 1 for a column that this event changed. */
  readonly updated: Uint8Array
  /** 1 for a column that is that of the image before it, byte for byte. */
  readonly repeated: Uint8Array
  /** Where the columns begin, behind their tags; and where one more would. */
  readonly begins: Int32Array
}

/** Places for an image of so many columns. */
export function imagePlaces(columns: number): ImagePlaces {
  return {
    starts: new Int32Array(columns),
    ends: new Int32Array(columns),
    sqlTypes: new Int32Array(columns),
    updated: new Uint8Array(columns),
    repeated: new Uint8Array(columns),
    begins: new Int32Array(columns + 1),
  }
}

/** What a column of one image has in common with that of the next. */
export type ShapeColumn = Pick<Column, "index" | "name" | "isKey" | "mysqlType">

/** A column, and where its constant parts lie in the bytes from which it was learned. */
interface LearnedColumn {
  readonly column: Column
  readonly at: number
  readonly frontLength: number
  readonly tailAt: number
  readonly tailLength: number
}

/** The bytes before a column's `updated`, and the sqlType that they say. */
interface Front {
  readonly sqlType: number
  readonly length: number
  /** Where its words are. */
  readonly words: number
}

/**
 * The columns of a row image, with which further images are recognised by their bytes, so that nothing but the values is
 * left to be read. An image that is not recognised is to be read by `decodeRowChange`: this is a short cut, not a decoder.
 */
export class ImageShape {
  readonly columns: readonly ShapeColumn[]
  /** Each column's tail, and the fronts with which it has come. */
  #words = new Int32Array()
  /** By column: the words of the front that came last, and its length; the words of the tail, and its length. */
  readonly #layout: Int32Array
  /** What the fronts that came last say. */
  readonly #sqlTypes: Int32Array
  readonly #fronts: readonly Front[][]

  private constructor(view: DataView, learned: readonly LearnedColumn[]) {
    this.columns = learned.map(({ column: { index, name, isKey, mysqlType } }) => ({
      index,
      name,
      isKey,
      mysqlType,
    }))
    this.#layout = new Int32Array(4 * learned.length)
    this.#sqlTypes = new Int32Array(learned.length)
    this.#fronts = learned.map((each, i) => {
      this.#layout[4 * i + 2] = this.#addWords(view, each.tailAt, each.tailLength)
      this.#layout[4 * i + 3] = each.tailLength
      const front = this.#frontOf(view, each)
      this.#use(i, front)
      return [front]
    })
  }

  /**
   * Learns the columns with this tag from an image that begins at the cursor and ends at `end` at the latest.
   * @returns undefined where they are not written as Canal writes them
   * @throws ProtocolError MALFORMED
   */
  static learn(cursor: ByteCursor, tag: number, end: number): ImageShape | undefined {
    const learned: LearnedColumn[] = []
    while (cursor.at < end && cursor.passes(tag)) {
      const length = cursor.varint()
      if (length < 0 || cursor.at + length > end) return undefined
      const column = learnColumn(cursor, cursor.at + length)
      if (column === undefined) return undefined
      learned.push(column)
    }
    return new ImageShape(cursor.view, learned)
  }

  /**
   * Finds the values of an image that begins at the cursor and ends at `end` at the latest.
   * @param tag the tag of a column in this image
   * @param before where the values of the image before it are, if that one has the same columns
   * @returns whether the image has these columns, all of them and no more; then the cursor stands behind it
   */
  find(
    cursor: ByteCursor,
    tag: number,
    end: number,
    places: ImagePlaces,
    before: ImagePlaces | undefined,
  ): boolean {
    const { bytes, view } = cursor
    const { starts, ends, sqlTypes, updated, repeated, begins } = places
    let words = this.#words
    const layout = this.#layout
    const knownTypes = this.#sqlTypes
    const count = starts.length
    let at = cursor.at
    for (let i = 0, place = 0; i < count; i++, place += 4) {
      // A tag, a length, and at least the four bytes of the fields that are always there.
      if (at + 6 > end || bytes[at] !== tag) return false
      begins[i] = at + 1
      if (before !== undefined) {
        const old = before.begins[i] ?? 0
        const size = (before.begins[i + 1] ?? 0) - 1 - old
        const shift = at + 1 - old
        if (at + 1 + size <= end && sameBytes(view, old, at + 1, size)) {
          const start = before.starts[i] ?? -1
          starts[i] = start < 0 ? start : start + shift
          ends[i] = (before.ends[i] ?? 0) + shift
          sqlTypes[i] = before.sqlTypes[i] ?? 0
          updated[i] = before.updated[i] ?? 0
          repeated[i] = 1
          at += 1 + size
          continue
        }
        repeated[i] = 0
      }
      let length = bytes[at + 1] ?? 0
      at += 2
      if (length > 0x7f) {
        length = cursor.varintAt(at - 1)
        at = cursor.at
      }
      const columnEnd = at + length
      const tailLength = layout[place + 3] ?? 0
      const tailAt = columnEnd - tailLength
      if (length < 0 || columnEnd > end) return false
      let frontLength = layout[place + 1] ?? 0
      if (at + frontLength + 4 > tailAt || !matchWords(view, at, frontLength, words, layout[place] ?? 0)) {
        if (!this.#useFront(i, cursor, at, columnEnd)) return false
        words = this.#words
        frontLength = layout[place + 1] ?? 0
        if (at + frontLength + 4 > tailAt) return false
      }
      at += frontLength
      const flags = view.getInt32(at)
      if ((flags & ~FLAG_VALUES) !== FLAGS) return false
      updated[i] = (flags >> 16) & 1
      sqlTypes[i] = knownTypes[i] ?? 0
      at += 4
      if (at === tailAt) {
        starts[i] = -1
      } else {
        if (bytes[at] !== VALUE) return false
        let valueLength = bytes[at + 1] ?? 0
        at += 2
        if (valueLength > 0x7f) {
          valueLength = cursor.varintAt(at - 1)
          at = cursor.at
        }
        if (at + valueLength !== tailAt) return false
        starts[i] = at
        ends[i] = tailAt
      }
      if (!matchWords(view, tailAt, tailLength, words, layout[place + 2] ?? 0)) return false
      at = columnEnd
    }
    begins[count] = at + 1
    cursor.at = at
    return at === end || bytes[at] !== tag
  }

  /** Makes another front of a column the one that is expected, if it differs in the sqlType alone. */
  #useFront(i: number, cursor: ByteCursor, at: number, end: number): boolean {
    const fronts = this.#fronts[i] ?? []
    for (const front of fronts) {
      const { length, words } = front
      if (at + length <= end && matchWords(cursor.view, at, length, this.#words, words)) {
        this.#use(i, front)
        return true
      }
    }
    if (fronts.length === MOST_FRONTS) return false
    cursor.at = at
    const learned = learnColumn(cursor, end)
    if (learned === undefined || !isSame(learned.column, this.columns[i])) return false
    const front = this.#frontOf(cursor.view, learned)
    fronts.push(front)
    this.#use(i, front)
    return true
  }

  #use(i: number, { sqlType, length, words }: Front): void {
    this.#layout[4 * i] = words
    this.#layout[4 * i + 1] = length
    this.#sqlTypes[i] = sqlType
  }

  #frontOf(view: DataView, { column, at, frontLength }: LearnedColumn): Front {
    return { sqlType: column.sqlType, length: frontLength, words: this.#addWords(view, at, frontLength) }
  }

  /** Remembers constant bytes. @returns where their words are */
  #addWords(view: DataView, at: number, length: number): number {
    const place = this.#words.length
    const words = new Int32Array(place + wordsOf(length))
    words.set(this.#words)
    putWords(view, at, length, words, place)
    this.#words = words
    return place
  }
}

function isSame(column: ShapeColumn, other: ShapeColumn | undefined): boolean {
  const { index, name, isKey, mysqlType } = column
  return (
    index === other?.index && name === other.name && isKey === other.isKey && mysqlType === other.mysqlType
  )
}

/** Reads the column between the cursor and `end`; `undefined` where its fields are not all there in their order. */
function learnColumn(cursor: ByteCursor, end: number): LearnedColumn | undefined {
  const { bytes, at } = cursor
  const frontEnd = passFront(cursor)
  const tailAt = passRest(cursor)
  if (frontEnd < 0 || tailAt < 0 || cursor.at !== end) return undefined
  const column = readMessage("Column", bytes.subarray(at, end), readColumn)
  return { column, at, frontLength: frontEnd - at, tailAt, tailLength: end - tailAt }
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
