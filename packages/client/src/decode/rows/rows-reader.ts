import { SHAPES_ROOM } from "../row-layout.ts"
import { ByteCursor } from "./byte-cursor.ts"
import { ImageShape, writtenColumns } from "./image-shape.ts"
import {
  AFTER_COLUMN,
  BEFORE_COLUMN,
  DELETE,
  INSERT,
  passRowHead,
  passRowsHead,
  UPDATE,
} from "./row-heads.ts"
import { RowPlan } from "./row-plan.ts"
import type { ImagePlaces, WasmImages } from "./wasm-images.ts"

/** How many tables are remembered, and how many shapes of one table's images. */
const MOST_TABLES = 1000
const MOST_SHAPES = 16
/** The shapes of one table find room beside each other, also when they learn: else each would be described for each row. */
const MOST_ROOM = SHAPES_ROOM / 2

/** One image of a row that was read. Valid until the next row is read. */
export interface FoundImage {
  readonly plan: RowPlan
  readonly places: ImagePlaces
}

/** Takes rows, one at a time, with the piece out of which their short texts are cut. */
export interface RowsVisitor {
  insert(after: FoundImage, piece: string): void
  update(before: FoundImage, after: FoundImage, piece: string): void
  delete(before: FoundImage, piece: string): void
}

/**
 * Reads rows in WebAssembly: the columns of a table are learned once and then recognised by their bytes. What is written
 * in another way than Canal's is left to `decodeRowChange`: this is a short cut, not a decoder.
 */
export class RowsReader {
  readonly #images: WasmImages
  readonly #cursor: ByteCursor
  readonly #tables = new Map<number, TableImages>()

  constructor(images: WasmImages) {
    this.#images = images
    this.#cursor = new ByteCursor(images.bytes)
  }

  /**
   * Shows all rows of a ROWDATA entry's storeValue to `visitor`.
   * @returns false where `decodeRowChange` is to be asked, and nothing that was shown may count
   * @throws ProtocolError MALFORMED
   */
  read(storeValue: Uint8Array, visitor: RowsVisitor): boolean {
    if (!this.#images.enter(storeValue)) return false
    const cursor = this.#cursor
    cursor.at = this.#images.input
    cursor.end = cursor.at + storeValue.length
    const head = passRowsHead(cursor)
    if (head === undefined) return false
    const images = this.#imagesOf(head.tableId)
    do {
      const end = passRowHead(cursor)
      if (end < 0 || !images.visit(head.eventType, end, visitor) || cursor.at !== end) return false
    } while (cursor.at < cursor.end)
    return true
  }

  #imagesOf(tableId: number): TableImages {
    let images = this.#tables.get(tableId)
    if (images === undefined) {
      if (this.#tables.size >= MOST_TABLES) this.#tables.clear()
      images = new TableImages(this.#images, this.#cursor)
      this.#tables.set(tableId, images)
    }
    return images
  }
}

/** A shape, with what is prepared for rows of it. */
class KnownImage {
  readonly shape: ImageShape
  /** As a row's first image. */
  readonly first: FoundImage
  /** As that after an update. */
  readonly second: FoundImage

  constructor(shape: ImageShape, { first, second }: WasmImages) {
    const plan = new RowPlan(shape.columns)
    this.shape = shape
    this.first = { plan, places: first }
    this.second = { plan, places: second }
  }
}

/** The shapes of one table's images; the ones that came last are tried first. */
class TableImages {
  readonly #images: WasmImages
  readonly #cursor: ByteCursor
  readonly #known: KnownImage[] = []
  #before: KnownImage | undefined
  #after: KnownImage | undefined
  /** How many shapes came that were to take another one's place. */
  #surplus = 0

  constructor(images: WasmImages, cursor: ByteCursor) {
    this.#images = images
    this.#cursor = cursor
  }

  /** Shows the row at the cursor. @returns false where it is not recognised */
  visit(eventType: number, end: number, visitor: RowsVisitor): boolean {
    if (eventType === INSERT) {
      const after = this.#find(AFTER_COLUMN, end, this.#after, undefined)
      if (after === undefined) return false
      this.#after = after
      visitor.insert(after.first, this.#images.piece())
      return true
    }
    if (eventType !== DELETE && eventType !== UPDATE) return false
    const before = this.#find(BEFORE_COLUMN, end, this.#before, undefined)
    if (before === undefined) return false
    this.#before = before
    if (eventType === DELETE) {
      visitor.delete(before.first, this.#images.piece())
      return true
    }
    const after = this.#find(AFTER_COLUMN, end, this.#after, before)
    if (after === undefined) return false
    this.#after = after
    visitor.update(before.first, after.second, this.#images.piece())
    return true
  }

  /** @param before the image before the one to be found, in an update */
  #find(
    tag: number,
    end: number,
    last: KnownImage | undefined,
    before: KnownImage | undefined,
  ): KnownImage | undefined {
    if (last !== undefined && this.#reads(last, tag, end, before)) return last
    for (const known of this.#known) if (this.#reads(known, tag, end, before)) return known
    const known = this.#learn(tag, end)
    return known !== undefined && this.#reads(known, tag, end, before) ? known : undefined
  }

  #reads(known: KnownImage, tag: number, end: number, before: KnownImage | undefined): boolean {
    const { first, second } = this.#images
    const places = before === undefined ? first : second
    const at = this.#images.read(known.shape, this.#cursor.at, end, tag, places, known === before)
    if (at === 0) return false
    this.#cursor.at = at
    return true
  }

  /** Learns the image at the cursor, where it then still stands. */
  #learn(tag: number, end: number): KnownImage | undefined {
    const { at } = this.#cursor
    const columns = writtenColumns(this.#cursor, tag, end)
    this.#cursor.at = at
    if (columns === undefined) return undefined
    const other = this.#known.find(({ shape }) => shape.learn(columns))
    if (other !== undefined) {
      this.#images.forget(other.shape)
      return other
    }
    const shape = new ImageShape(columns)
    // Where more alternate than are remembered, to learn them costs more than to decode their rows.
    if (this.#isFull(shape.room) && this.#surplus++ % MOST_SHAPES !== 0) return undefined
    while (this.#isFull(shape.room) && this.#known.length > 0) this.#known.shift()
    const known = new KnownImage(shape, this.#images)
    this.#known.push(known)
    return known
  }

  /** Whether a shape that takes so much room has none beside those that are remembered. */
  #isFull(room: number): boolean {
    let sum = room
    for (const { shape } of this.#known) sum += shape.room
    return this.#known.length >= MOST_SHAPES || sum > MOST_ROOM
  }
}
