import { SHAPES_ROOM } from "../row-layout.ts"
import { ByteCursor } from "./byte-cursor.ts"
import type { FoundRows } from "./found-rows.ts"
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
import type { Row } from "./row-maker.ts"
import { RowPlan } from "./row-plan.ts"
import type { WasmImages } from "./wasm-images.ts"

/** How many tables are remembered, and how many shapes of one table's images. */
const MOST_TABLES = 1000
const MOST_SHAPES = 16
/** The shapes of one table find room beside each other, also when they learn: else each would be described for each row. */
const MOST_ROOM = SHAPES_ROOM / 2

/** Takes rows, one at a time, with what is prepared for them. */
export interface RowsVisitor {
  insert(plan: RowPlan, after: Row): void
  /** @param changed the names of the columns that changed */
  update(plan: RowPlan, before: Row, after: Row, changed: readonly string[]): void
  delete(plan: RowPlan, before: Row): void
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
      if (!images.visit(head.eventType, visitor)) return false
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
  readonly plan: RowPlan

  constructor(shape: ImageShape) {
    this.shape = shape
    this.plan = new RowPlan(shape.columns)
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

  /** Shows the rows at the cursor that lie together. @returns false where the first one is not recognised */
  visit(eventType: number, visitor: RowsVisitor): boolean {
    const hasBefore = eventType === UPDATE || eventType === DELETE
    const hasAfter = eventType === UPDATE || eventType === INSERT
    if (!hasBefore && !hasAfter) return false
    let count = this.#read(hasBefore, hasAfter)
    if (count === 0 && this.#find(hasBefore, hasAfter)) count = this.#read(hasBefore, hasAfter)
    if (count === 0) return false
    const { rows } = this.#images
    this.#cursor.at = rows.next
    const before = hasBefore ? this.#before?.plan : undefined
    const after = hasAfter ? this.#after?.plan : undefined
    if (before !== undefined && after !== undefined) showUpdates(rows, before, after, visitor)
    else if (after !== undefined) showInserts(rows, after, visitor)
    else if (before !== undefined) showDeletes(rows, before, visitor)
    return true
  }

  /** Reads rows of the shapes that came last. @returns how many */
  #read(hasBefore: boolean, hasAfter: boolean): number {
    const before = hasBefore ? this.#before : undefined
    const after = hasAfter ? this.#after : undefined
    if ((before === undefined) === hasBefore || (after === undefined) === hasAfter) return 0
    return this.#images.read(before?.shape, after?.shape, this.#cursor.at, this.#cursor.end)
  }

  /** Finds the shapes of the row at the cursor, and leaves it there. @returns false where one is not known, nor learned */
  #find(hasBefore: boolean, hasAfter: boolean): boolean {
    const cursor = this.#cursor
    const { at } = cursor
    const end = passRowHead(cursor)
    if (end < 0) return false
    if (hasBefore) this.#before = this.#pass(BEFORE_COLUMN, end)
    const isFound = !hasBefore || this.#before !== undefined
    if (isFound && hasAfter) this.#after = this.#pass(AFTER_COLUMN, end)
    cursor.at = at
    return isFound && (!hasAfter || this.#after !== undefined)
  }

  /** Passes the image at the cursor. @returns `undefined` for one that is not known, nor learned */
  #pass(tag: number, end: number): KnownImage | undefined {
    for (const known of this.#known) if (this.#passes(known, tag, end)) return known
    const known = this.#learn(tag, end)
    return known !== undefined && this.#passes(known, tag, end) ? known : undefined
  }

  #passes({ shape }: KnownImage, tag: number, end: number): boolean {
    const at = this.#images.match(shape, this.#cursor.at, end, tag)
    if (at !== 0) this.#cursor.at = at
    return at !== 0
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
    const known = new KnownImage(shape)
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

function showInserts(rows: FoundRows, plan: RowPlan, visitor: RowsVisitor): void {
  const make = plan.maker(rows)
  for (let row = 0; row < rows.count; row++) {
    rows.goTo(row)
    visitor.insert(plan, make(rows, row * plan.size))
  }
}

function showUpdates(rows: FoundRows, before: RowPlan, after: RowPlan, visitor: RowsVisitor): void {
  const oldValues = before.room()
  const values = after.room()
  for (let row = 0; row < rows.count; row++) {
    rows.goTo(row)
    const slots = row * (before.size + after.size)
    const afterSlots = slots + before.size
    const old = before.row(rows, slots, oldValues)
    const changed = after.changed(rows, afterSlots)
    visitor.update(before, old, after.row(rows, afterSlots, values, oldValues), changed)
  }
}

function showDeletes(rows: FoundRows, plan: RowPlan, visitor: RowsVisitor): void {
  const make = plan.maker(rows)
  for (let row = 0; row < rows.count; row++) {
    rows.goTo(row)
    visitor.delete(plan, make(rows, row * plan.size))
  }
}
