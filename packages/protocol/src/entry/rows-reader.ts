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
    const after = images.after(cursor, end, undefined)
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
  const after = images.after(cursor, end, before)
  if (after === undefined) return false
  visitor.update(before, after)
  return true
}

/** A shape, with what the caller has prepared for it, and room for two images of it. */
class KnownImage<Plan> {
  readonly shape: ImageShape
  readonly before: FoundImage<Plan>
  readonly after: FoundImage<Plan>

  constructor(shape: ImageShape, plan: Plan) {
    this.shape = shape
    this.before = { plan, places: imagePlaces(shape.columns.length) }
    this.after = { plan, places: imagePlaces(shape.columns.length) }
  }
}

/** The shapes of one table's images; the ones that came last are tried first. */
class TableImages<Plan> {
  readonly #prepare: (columns: readonly ShapeColumn[]) => Plan
  readonly #known: KnownImage<Plan>[] = []
  #lastBefore: KnownImage<Plan> | undefined
  #lastAfter: KnownImage<Plan> | undefined

  constructor(prepare: (columns: readonly ShapeColumn[]) => Plan) {
    this.#prepare = prepare
  }

  before(cursor: ByteCursor, end: number): FoundImage<Plan> | undefined {
    this.#lastBefore = this.#find(cursor, end, BEFORE_COLUMN, this.#lastBefore)
    return this.#lastBefore?.before
  }

  after(cursor: ByteCursor, end: number, before: FoundImage<Plan> | undefined): FoundImage<Plan> | undefined {
    this.#lastAfter = this.#find(cursor, end, AFTER_COLUMN, this.#lastAfter)
    const after = this.#lastAfter?.after
    if (after !== undefined) {
      if (before !== undefined && this.#lastAfter === this.#lastBefore)
        markRepeated(cursor, before.places, after.places)
      else after.places.repeated.fill(0)
    }
    return after
  }

  #find(
    cursor: ByteCursor,
    end: number,
    tag: number,
    last: KnownImage<Plan> | undefined,
  ): KnownImage<Plan> | undefined {
    const start = cursor.at
    const found = (known: KnownImage<Plan>): boolean => {
      cursor.at = start
      const { places } = tag === BEFORE_COLUMN ? known.before : known.after
      return known.shape.find(cursor, tag, end, places)
    }
    if (last !== undefined && found(last)) return last
    const known = this.#known.find(found)
    if (known !== undefined) return known
    cursor.at = start
    const shape = ImageShape.learn(cursor, tag, end)
    if (shape === undefined) return undefined
    if (this.#known.length >= MOST_SHAPES) this.#known.shift()
    const learned = new KnownImage(shape, this.#prepare(shape.columns))
    this.#known.push(learned)
    return found(learned) ? learned : undefined
  }
}
