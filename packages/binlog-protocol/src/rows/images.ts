import type { ColumnCodec } from "../value/column-codec.ts"
import { createImageLayout, type ImageLayout } from "./image.ts"

/** Remembers what was made for the images that came last: nearly always all hold the same columns. */
export class Images<Made> {
  readonly #make: (layout: ImageLayout) => Made
  readonly #codecs: readonly ColumnCodec[]
  #presence: Buffer | undefined
  #made: Made | undefined

  constructor(codecs: readonly ColumnCodec[], make: (layout: ImageLayout) => Made) {
    this.#make = make
    this.#codecs = codecs
  }

  /** What is made for images that hold these columns; `undefined` where there are no images. */
  of(presence: Uint8Array | undefined): Made | undefined {
    if (presence === undefined) return undefined
    if (this.#made !== undefined && this.isOf(presence)) return this.#made
    this.#made = this.#make(createImageLayout(this.#codecs, presence))
    this.#presence = Buffer.from(presence)
    return this.#made
  }

  /** Whether the images that came last hold these columns. */
  isOf(presence: Uint8Array | undefined): boolean {
    return presence !== undefined && this.#presence?.equals(presence) === true
  }
}
