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
const VALUE = 0x42
const MYSQL_TYPE = 0x52

/** How many fronts of one column are remembered; Canal has three. */
const MOST_FRONTS = 4
/** How many bytes longer one front of a column can be than another: a negative sqlType takes ten bytes. */
const LONGEST_SQL_TYPE = 9

/** Where the values of one row image lie, by their order in the image. */
export interface ImagePlaces {
  /** Where the value's text begins; -1 for NULL. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly sqlTypes: Int32Array
  /** 1 for a column that this event changed. */
  readonly updated: Uint8Array
  /** 1 for a column whose value is that of the image before it, byte for byte; see `markRepeated`. */
  readonly repeated: Uint8Array
}

/** Places for an image of so many columns. */
export function imagePlaces(columns: number): ImagePlaces {
  return {
    starts: new Int32Array(columns),
    ends: new Int32Array(columns),
    sqlTypes: new Int32Array(columns),
    updated: new Uint8Array(columns),
    repeated: new Uint8Array(columns),
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
  readonly words: Int32Array
}

/**
 * The columns of a row image, with which further images are recognised by their bytes, so that nothing but the values is
 * left to be read. An image that is not recognised is to be read by `decodeRowChange`: this is a short cut, not a decoder.
 */
export class ImageShape {
  readonly columns: readonly ShapeColumn[]
  /** Each column's front that came last, and its tail. */
  readonly #words: Int32Array
  /** By column: where its words begin, the front's length, the tail's words and length. */
  readonly #layout: Int32Array
  readonly #sqlTypes: Int32Array
  /** By column, the fronts with which it has come. */
  readonly #fronts: readonly Front[][]

  private constructor(view: DataView, learned: readonly LearnedColumn[]) {
    this.columns = learned.map(({ column: { index, name, isKey, mysqlType } }) => ({
      index,
      name,
      isKey,
      mysqlType,
    }))
    this.#layout = new Int32Array(4 * learned.length)
    this.#sqlTypes = Int32Array.from(learned, ({ column }) => column.sqlType)
    let size = 0
    for (const [i, { frontLength, tailLength }] of learned.entries()) {
      const tail = size + wordsOf(frontLength + LONGEST_SQL_TYPE)
      this.#layout.set([size, frontLength, tail, tailLength], 4 * i)
      size = tail + wordsOf(tailLength)
    }
    this.#words = new Int32Array(size)
    this.#fronts = learned.map((each, i) => {
      putWords(view, each.tailAt, each.tailLength, this.#words, this.#layout[4 * i + 2] ?? 0)
      const front = frontOf(view, each)
      this.#words.set(front.words, this.#layout[4 * i])
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
   * @returns whether the image has these columns, all of them and no more; then the cursor stands behind it
   */
  find(cursor: ByteCursor, tag: number, end: number, places: ImagePlaces): boolean {
    const { bytes, view } = cursor
    const { starts, ends, sqlTypes, updated } = places
    const words = this.#words
    const layout = this.#layout
    const count = this.columns.length
    let at = cursor.at
    for (let i = 0; i < count; i++) {
      // A tag, a length, and at least the four bytes of the fields that are always there.
      if (at + 6 > end || bytes[at] !== tag) return false
      let length = bytes[at + 1] ?? 0
      at += 2
      if (length > 0x7f) {
        length = cursor.varintAt(at - 1)
        at = cursor.at
      }
      const columnEnd = at + length
      const tailLength = layout[4 * i + 3] ?? 0
      const tailAt = columnEnd - tailLength
      if (length < 0 || columnEnd > end) return false
      let frontLength = layout[4 * i + 1] ?? 0
      if (at + frontLength + 4 > tailAt || !matchWords(view, at, frontLength, words, layout[4 * i] ?? 0)) {
        if (!this.#useFront(i, cursor, at, columnEnd)) return false
        frontLength = layout[4 * i + 1] ?? 0
      }
      at += frontLength
      if (at + 4 > tailAt || bytes[at] !== UPDATED || bytes[at + 2] !== IS_NULL) return false
      const isUpdated = bytes[at + 1] ?? 0
      if ((isUpdated | (bytes[at + 3] ?? 0)) > 0x7f) return false
      updated[i] = isUpdated === 0 ? 0 : 1
      sqlTypes[i] = this.#sqlTypes[i] ?? 0
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
      if (!matchWords(view, tailAt, tailLength, words, layout[4 * i + 2] ?? 0)) return false
      at = columnEnd
    }
    cursor.at = at
    return at === end || bytes[at] !== tag
  }

  /** Makes another front of a column the one that is expected, if it differs in the sqlType alone. */
  #useFront(i: number, cursor: ByteCursor, at: number, end: number): boolean {
    const fronts = this.#fronts[i] ?? []
    const place = this.#layout[4 * i] ?? 0
    let front = fronts.find(
      ({ length, words }) => at + length <= end && matchWords(cursor.view, at, length, words, 0),
    )
    if (front === undefined && fronts.length < MOST_FRONTS) {
      cursor.at = at
      const learned = learnColumn(cursor, end)
      if (learned === undefined || !isSame(learned.column, this.columns[i])) return false
      front = frontOf(cursor.view, learned)
      if (place + front.words.length > (this.#layout[4 * i + 2] ?? 0)) return false
      fronts.push(front)
    }
    if (front === undefined) return false
    this.#words.set(front.words, place)
    this.#layout[4 * i + 1] = front.length
    this.#sqlTypes[i] = front.sqlType
    return true
  }
}

/** Marks which values of an image are those of the image before it, which has the same shape. */
export function markRepeated({ view }: ByteCursor, before: ImagePlaces, after: ImagePlaces): void {
  const { starts, ends, sqlTypes, updated, repeated } = after
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] ?? -1
    const old = before.starts[i] ?? -1
    const length = (ends[i] ?? 0) - start
    const mayBe = updated[i] === 0 && start >= 0 && old >= 0 && (before.ends[i] ?? 0) - old === length
    repeated[i] = mayBe && before.sqlTypes[i] === sqlTypes[i] && sameBytes(view, old, start, length) ? 1 : 0
  }
}

function frontOf(view: DataView, { column, at, frontLength }: LearnedColumn): Front {
  const words = new Int32Array(wordsOf(frontLength))
  putWords(view, at, frontLength, words, 0)
  return { sqlType: column.sqlType, length: frontLength, words }
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
