import { readLatin1 } from "../text.ts"
import { lacking, nearest } from "../scaled.ts"
import type { ImageShape } from "./image-shape.ts"
import { IMAGES_MODULE } from "./images-module.ts"
import { JsonTokens } from "./json-tokens.ts"
import {
  INPUT_ROOM,
  MOST_COLUMNS,
  PIECE_CHARACTERS,
  PIECE_LENGTH,
  PLACES_ENDS,
  PLACES_KINDS,
  PLACES_NUMBERS,
  PLACES_STARTS,
  PLACES_UPDATED,
  SHAPES_ROOM,
} from "../row-layout.ts"

/** What assembly/images.ts exports. Areas are given by their addresses. */
interface ImagesExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly POWERS: Address
  readonly KEYS: Address
  readonly PIECE: Address
  readonly SHAPES: Address
  readonly INPUT: Address
  readonly FIRST: Address
  readonly SECOND: Address
  readonly readImage: (
    shape: number,
    at: number,
    end: number,
    tag: number,
    places: number,
    isCompared: boolean,
  ) => number
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

/** What was found in an image, by the order of its columns, as row-layout.ts says. */
export interface ImagePlaces {
  readonly address: number
  /** The memory where values lie, and the same for copies that are no Buffers. */
  readonly bytes: Buffer
  readonly octets: Uint8Array
  readonly json: JsonTokens
  readonly kinds: Uint8Array
  readonly numbers: Float64Array
  /** The same memory as `numbers`. */
  readonly integers: BigUint64Array
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** 1 for a column that the event changed. */
  readonly updated: Uint8Array
}

/**
 * Reads row images by WebAssembly, in memory of a fixed size. What was found of a row lies there until the next one is
 * read. One serves all clients of a process.
 */
export class WasmImages {
  /** The memory of the module. */
  readonly bytes: Buffer<ArrayBuffer>
  /** Where the content of an entry begins. */
  readonly input: number
  /** Of a row's first image, and of that after an update. */
  readonly first: ImagePlaces
  readonly second: ImagePlaces
  readonly #piece: number
  readonly #pieceLength: Uint32Array
  readonly #readImage: ImagesExports["readImage"]
  readonly #shapes: number
  /** Where the shapes lie that were described, and where the next one will. */
  #places = new WeakMap<ImageShape, number>()
  #nextPlace: number

  constructor({ Module, Instance }: Engine) {
    const module = new Module(Buffer.from(IMAGES_MODULE, "base64"))
    const { memory, POWERS, KEYS, PIECE, SHAPES, INPUT, FIRST, SECOND, readImage } = new Instance(module)
      .exports
    this.bytes = Buffer.from(memory.buffer)
    this.input = INPUT.value
    const json = new JsonTokens(this.bytes, KEYS.value)
    this.first = placesAt(this.bytes, json, FIRST.value)
    this.second = placesAt(this.bytes, json, SECOND.value)
    this.#piece = PIECE.value + PIECE_CHARACTERS
    this.#pieceLength = new Uint32Array(memory.buffer, PIECE.value + PIECE_LENGTH, 1)
    this.#readImage = readImage
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
   * Reads an image that begins at `at`, in a row that ends at `end`, and whose columns begin with `tag`.
   * @param isCompared whether it is that after an update, of the same shape as the one before
   * @returns where it ends; 0 where it is not of this shape
   */
  read(
    shape: ImageShape,
    at: number,
    end: number,
    tag: number,
    { address }: ImagePlaces,
    isCompared: boolean,
  ): number {
    const place = this.#places.get(shape) ?? this.#place(shape)
    return place === 0 ? 0 : this.#readImage(place, at, end, tag, address, isCompared)
  }

  /**
   * The short texts of the row that was read, one behind the other: one string out of which they are cut, since each made
   * by itself costs several times as much. One that is kept may keep the others, of half a kilobyte at most.
   */
  piece(): string {
    return readLatin1(this.bytes, this.#piece, this.#piece + (this.#pieceLength[0] ?? 0))
  }

  /** Has a shape described anew. */
  forget(shape: ImageShape): void {
    this.#places.delete(shape)
  }

  /** Puts a shape beside those that are there; where there is no room, they all go. @returns 0 for one that is too large */
  #place(shape: ImageShape): number {
    let description = shape.description(this.#nextPlace)
    if (description === undefined) return 0
    if (this.#nextPlace + description.length > this.#shapes + SHAPES_ROOM) {
      this.#places = new WeakMap()
      this.#nextPlace = this.#shapes
      description = shape.description(this.#nextPlace)
      if (description === undefined || description.length > SHAPES_ROOM) return 0
    }
    const place = this.#nextPlace
    description.copy(this.bytes, place)
    this.#places.set(shape, place)
    this.#nextPlace += (description.length + 15) & ~15
    return place
  }
}

function placesAt(bytes: Buffer<ArrayBuffer>, json: JsonTokens, address: number): ImagePlaces {
  const { buffer } = bytes
  return {
    address,
    bytes,
    json,
    octets: new Uint8Array(buffer),
    kinds: new Uint8Array(buffer, address + PLACES_KINDS, MOST_COLUMNS),
    numbers: new Float64Array(buffer, address + PLACES_NUMBERS, MOST_COLUMNS),
    integers: new BigUint64Array(buffer, address + PLACES_NUMBERS, MOST_COLUMNS),
    starts: new Uint32Array(buffer, address + PLACES_STARTS, MOST_COLUMNS),
    ends: new Uint32Array(buffer, address + PLACES_ENDS, MOST_COLUMNS),
    updated: new Uint8Array(buffer, address + PLACES_UPDATED, MOST_COLUMNS),
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
