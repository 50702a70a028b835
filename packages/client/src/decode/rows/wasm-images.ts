import { lacking, nearest } from "../scaled.ts"
import type { ImageShape } from "./image-shape.ts"
import { IMAGES_MODULE } from "./images-module.ts"
import { JsonTokens } from "./json-tokens.ts"
import { INPUT_ROOM, SHAPES_ROOM } from "../row-layout.ts"
import { FoundRows } from "./found-rows.ts"

/** What assembly/images.ts exports. Areas are given by their addresses. */
interface ImagesExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly POWERS: Address
  readonly KEYS: Address
  readonly PIECES: Address
  readonly SHAPES: Address
  readonly INPUT: Address
  readonly ROWS: Address
  readonly SLOTS: Address
  readonly readRows: (before: number, after: number, at: number, end: number) => number
  readonly matchImage: (shape: number, at: number, end: number, tag: number) => number
}

interface Address {
  readonly value: number
}

/** The part of the engine's interface that is used here, with the types of this module. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: ImagesExports }
}

declare const WebAssembly: Engine | undefined

/** The place of a shape that lies at none. */
const NOWHERE = 0

/**
 * Reads rows by WebAssembly, in memory of a fixed size. What was found lies there until something else is read or matched. One serves
 * all clients of a process.
 */
export class WasmImages {
  /** The memory of the module. */
  readonly bytes: Buffer<ArrayBuffer>
  /** Where the content of an entry begins. */
  readonly input: number
  readonly rows: FoundRows
  readonly #readRows: ImagesExports["readRows"]
  readonly #matchImage: ImagesExports["matchImage"]
  readonly #shapes: number
  /** Where the shapes lie that were described, and where the next one will. */
  #places = new WeakMap<ImageShape, number>()
  #nextPlace: number
  /** How often they have all gone. */
  #clearings = 0

  constructor({ Module, Instance }: Engine) {
    const module = new Module(Buffer.from(IMAGES_MODULE, "base64"))
    const { exports } = new Instance(module)
    const { memory, POWERS, KEYS, PIECES, SHAPES, INPUT, ROWS, SLOTS } = exports
    this.bytes = Buffer.from(memory.buffer)
    this.input = INPUT.value
    const json = new JsonTokens(this.bytes, KEYS.value)
    const addresses = { rows: ROWS.value, slots: SLOTS.value, pieces: PIECES.value }
    this.rows = new FoundRows(this.bytes, json, addresses)
    this.#readRows = exports.readRows
    this.#matchImage = exports.matchImage
    this.#shapes = SHAPES.value
    this.#nextPlace = SHAPES.value
    let at = POWERS.value
    for (const [i, power] of nearest.entries()) {
      at = this.bytes.writeDoubleLE(power, at)
      at = this.bytes.writeDoubleLE(lacking[i] ?? 0, at)
    }
  }

  /** Takes the content of an entry to where images are read. @returns false for one that is too large */
  enter(storeValue: Uint8Array): boolean {
    if (storeValue.length > INPUT_ROOM) return false
    this.bytes.set(storeValue, this.input)
    return true
  }

  /**
   * Reads rows from `at` on that have images of these shapes, as many as come one behind the other and are read together.
   * @param before `undefined` for rows that do not have it, as `after`
   * @returns how many
   */
  read(before: ImageShape | undefined, after: ImageShape | undefined, at: number, end: number): number {
    // Where one was put into cleared room, the other one is to be put beside it.
    for (let tries = 0; tries < 2; tries++) {
      const clearings = this.#clearings
      const beforePlace = before === undefined ? NOWHERE : this.#placeOf(before)
      const afterPlace = after === undefined ? NOWHERE : this.#placeOf(after)
      if (clearings !== this.#clearings) continue
      if (before !== undefined && beforePlace === NOWHERE) return 0
      if (after !== undefined && afterPlace === NOWHERE) return 0
      const count = this.#readRows(beforePlace, afterPlace, at, end)
      this.rows.begin(count)
      return count
    }
    return 0
  }

  /** Where an image of this shape ends that begins at `at` and whose columns begin with `tag`; 0 where it is another one. */
  match(shape: ImageShape, at: number, end: number, tag: number): number {
    const place = this.#placeOf(shape)
    return place === NOWHERE ? 0 : this.#matchImage(place, at, end, tag)
  }

  /** Has a shape described anew. */
  forget(shape: ImageShape): void {
    this.#places.delete(shape)
  }

  #placeOf(shape: ImageShape): number {
    return this.#places.get(shape) ?? this.#place(shape)
  }

  /** Puts a shape beside those that are there; where there is no room, they all go. @returns `NOWHERE` for one that is too large */
  #place(shape: ImageShape): number {
    const description = shape.description()
    if (description === undefined || description.length > SHAPES_ROOM) return NOWHERE
    if (this.#nextPlace + description.length > this.#shapes + SHAPES_ROOM) {
      this.#places = new WeakMap()
      this.#nextPlace = this.#shapes
      this.#clearings++
    }
    const place = this.#nextPlace
    description.copy(this.bytes, place)
    this.#places.set(shape, place)
    this.#nextPlace += description.length
    return place
  }
}

/** `undefined` where the engine has none, as with `--jitless`, or no address space for it: then all rows are decoded plainly. */
export const wasmImages: WasmImages | undefined = create()

function create(): WasmImages | undefined {
  if (typeof WebAssembly === "undefined") return undefined
  try {
    return new WasmImages(WebAssembly)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
