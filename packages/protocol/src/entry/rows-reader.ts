import { ByteCursor } from "../wire/byte-cursor.ts"
import type { EventType } from "./enums.ts"
import { type ImagePlaces, imagePlaces, ImageShape, markRepeated, type ShapeColumn } from "./image-shape.ts"
import { AFTER_COLUMN, BEFORE_COLUMN, findRows } from "./row-places.ts"

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
    const cursor = new ByteCursor(storeValue)
    const found = findRows(cursor)
    if (found === undefined) return false
    const { eventType, bounds } = found
    const images = this.#imagesOf(found.tableId)
    for (let i = 0; i < bounds.length; i += 2) {
      const end = bounds[i + 1] ?? 0
      cursor.at = bounds[i] ?? end
      if (!visit(cursor, end, eventType, images, visitor) || cursor.at !== end) return false
    }
    return bounds.length > 0
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
    if (after === undefined || after !== before) return after?.first
    markRepeated(cursor, before.first.places, after.second.places)
    return after.second
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
      const { places } = known === taken ? known.second : known.first
      return known.shape.find(cursor, tag, end, places)
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
