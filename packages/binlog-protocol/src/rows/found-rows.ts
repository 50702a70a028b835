import type { RowsEvent } from "../event/rows.ts"
import type { FoundColumn } from "./found-column.ts"
import { FoundImage } from "./found-image.ts"
import { Images } from "./images.ts"
import type { PlainRows } from "./plain-rows.ts"
import type { RowImage } from "./row-image.ts"
import type { WasmValues } from "./wasm-values.ts"

/** Reads the rows of one table by WebAssembly, and those for which it has no room, or that are not sound, plainly. */
export class FoundRows {
  readonly #wasm: WasmValues
  readonly #plain: PlainRows
  readonly #before: Images<FoundImage>
  readonly #after: Images<FoundImage>

  constructor(wasm: WasmValues, columns: readonly FoundColumn[], plain: PlainRows) {
    this.#wasm = wasm
    this.#plain = plain
    const codecs = columns.map(({ codec }) => codec)
    this.#before = new Images(codecs, (layout) => new FoundImage(wasm, columns, layout))
    this.#after = new Images(codecs, (layout) => new FoundImage(wasm, columns, layout))
  }

  read(event: RowsEvent): RowImage[] {
    const { rows, beforeColumns, afterColumns } = event
    const wasm = this.#wasm
    const before = this.#before.of(beforeColumns)
    // WebAssembly compares what is one and the same image before and after.
    const isSame = before !== undefined && this.#before.isOf(afterColumns)
    const after = isSame ? before : this.#after.of(afterColumns)
    const images: RowImage[] = []
    let position = 0
    while (position < rows.length) {
      // A part of an event that is larger than the room ends within a row, which is the first one of the next part.
      const length = wasm.enter(rows, position)
      const read = this.#readPart(length, before, after, images)
      position = read > 0 ? position + read : this.#plain.readOne(event, position, images)
    }
    return images
  }

  /** Adds the rows that begin in the part of so many bytes that WebAssembly has; gives how many bytes they take. */
  #readPart(
    length: number,
    before: FoundImage | undefined,
    after: FoundImage | undefined,
    images: RowImage[],
  ): number {
    const wasm = this.#wasm
    const end = wasm.rows + length
    let at = wasm.rows
    while (at < end) {
      const count = wasm.read(before?.description, after?.description, at, end)
      if (count === 0) break
      const { piece } = wasm
      let slot = 0
      for (let row = 0; row < count; row++) {
        const old = before?.read(slot, piece, undefined)
        if (before !== undefined) slot += before.size
        const fresh = after?.read(slot, piece, old)
        if (after !== undefined) slot += after.size
        images.push({ before: old, after: fresh })
      }
      at = wasm.next
    }
    return at - wasm.rows
  }
}
