import { ByteCursor } from "../wire/byte-cursor.ts"
import type { EventType } from "./enums.ts"
import { type ImagePlaces, imagePlaces, ImageShape, type ShapeColumn } from "./image-shape.ts"
import { AFTER_COLUMN, BEFORE_COLUMN, passRowHead, passRowsHead } from "./row-places.ts"

/** How many tables are remembered, and how many shapes of one table's images. */
const MOST_TABLES = 1000
const MOST_SHAPES = 16

/** One image of a row whose values have been found. Valid until the next row is found. */
export interface FoundImage<Plan> {
  /** What the caller has prepared for images with these columns. */
  readonly plan: Plan
  /** Where the values lie in the storeValue. */
  readonly places: ImagePlaces
}

/** Takes rows, one at a time. */
export interface RowsVisitor<Plan> {
  insert(after: FoundImage<Plan>): void
  update(before: FoundImage<Plan>, after: FoundImage<Plan>): void
  delete(before: FoundImage<Plan>): void
}

/**
 * Finds the values of rows without reading anything else of them: the columns of a table are prepared once and then
 * recognised by their bytes. What is written in another way than Canal's is left to `decodeRowChange`.
 */
export class RowsReader<Plan> {
  readonly #prepare: (columns: readonly ShapeColumn[]) => Plan
  readonly #cursor = new ByteCursor()
  readonly #tables = new Map<number, TableImages<Plan>>()

  /** @param prepare called once for each shape of images that comes, with its columns */
  constructor(prepare: (columns: readonly ShapeColumn[]) => Plan) {
    this.#prepare = prepare
  }

  /**
   * Shows all rows of a ROWDATA entry's storeValue to `visitor`.
   * @returns false where `decodeRowChange` is to be asked, and nothing that was shown may count
   * @throws ProtocolError MALFORMED
   */
  read(storeValue: Buffer, visitor: RowsVisitor<Plan>): boolean {
    const cursor = this.#cursor
    cursor.enter(storeValue)
    const head = passRowsHead(cursor)
    if (head === undefined) return false
    const images = this.#imagesOf(head.tableId)
    do {
      const end = passRowHead(cursor)
      if (end < 0 || !visit(cursor, end, head.eventType, images, visitor) || cursor.at !== end) return false
    } while (cursor.at < storeValue.length)
    return true
  }

  #imagesOf(tableId: number): TableImages<Plan> {
    let images = this.#tables.get(tableId)
    if (images === undefined) {
      if (this.#tables.size >= MOST_TABLES) this.#tables.clear()
      images = new TableImages(this.#prepare)
      this.#tables.set(tableId, images)
    }
    return images
  }
}

/** Shows one row. @returns false where it is not recognised */
function visit<Plan>(
  cursor: ByteCursor,
  end: number,
  eventType: EventType,
  images: TableImages<Plan>,
  visitor: RowsVisitor<Plan>,
): boolean {
  if (eventType === "INSERT") {
    const after = images.inserted(cursor, end)
    if (after === undefined) return false
    visitor.insert(after)
    return true
  }
  if (eventType !== "DELETE" && eventType !== "UPDATE") return false
  const before = images.before(cursor, end)
  if (before === undefined) return false
  if (eventType === "DELETE") {
    visitor.delete(before)
    return true
  }
  const after = images.after(cursor, end)
  if (after === undefined) return false
  visitor.update(before, after)
  return true
}

/** A shape, with what the caller has prepared for it, and room for a row's images of it. */
class KnownImage<Plan> {
  readonly shape: ImageShape
  readonly first: FoundImage<Plan>
  /** For the image after a change whose `first` is the one before it. */
  readonly second: FoundImage<Plan>

  constructor(shape: ImageShape, plan: Plan) {
    this.shape = shape
    this.first = { plan, places: imagePlaces(shape.columns.length) }
    this.second = { plan, places: imagePlaces(shape.columns.length) }
  }
}

/** The shapes of one table's images; the ones that came last are tried first. */
class TableImages<Plan> {
  readonly #prepare: (columns: readonly ShapeColumn[]) => Plan
  readonly #known: KnownImage<Plan>[] = []
  #before: KnownImage<Plan> | undefined
  #after: KnownImage<Plan> | undefined

  constructor(prepare: (columns: readonly ShapeColumn[]) => Plan) {
    this.#prepare = prepare
  }

  inserted(cursor: ByteCursor, end: number): FoundImage<Plan> | undefined {
    this.#after = this.#find(cursor, AFTER_COLUMN, end, this.#after, undefined)
    return this.#after?.first
  }

  before(cursor: ByteCursor, end: number): FoundImage<Plan> | undefined {
    this.#before = this.#find(cursor, BEFORE_COLUMN, end, this.#before, undefined)
    return this.#before?.first
  }

  /** Only right behind `before`. */
  after(cursor: ByteCursor, end: number): FoundImage<Plan> | undefined {
    const before = this.#before
    const after = this.#find(cursor, AFTER_COLUMN, end, this.#after, before)
    this.#after = after
    return after === before ? after?.second : after?.first
  }

  /** Finds the values of an image in the room that `taken` leaves. */
  #find(
    cursor: ByteCursor,
    tag: number,
    end: number,
    last: KnownImage<Plan> | undefined,
    taken: KnownImage<Plan> | undefined,
  ): KnownImage<Plan> | undefined {
    const start = cursor.at
    const finds = (known: KnownImage<Plan>): boolean => {
      cursor.at = start
      const { first, second } = known
      return known === taken
        ? known.shape.find(cursor, tag, end, second.places, first.places)
        : known.shape.find(cursor, tag, end, first.places, undefined)
    }
    if (last !== undefined && finds(last)) return last
    const known = this.#known.find(finds)
    if (known !== undefined) return known
    cursor.at = start
    const shape = ImageShape.learn(cursor, tag, end)
    if (shape === undefined) return undefined
    const learned = new KnownImage(shape, this.#prepare(shape.columns))
    if (this.#known.length >= MOST_SHAPES) this.#known.shift()
    this.#known.push(learned)
    return finds(learned) ? learned : undefined
  }
}
