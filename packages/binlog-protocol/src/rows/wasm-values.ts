import { latin1Text } from "../bytes/text.ts"
import { JsonSlots } from "./json-slots.ts"
import { FOUND_CHARACTERS, FOUND_NEXT, IMAGES_ROOM, ROWS_ROOM } from "./value-layout.ts"
import { VALUES_MODULE } from "./values-module.ts"

/** What assembly/values.ts exports. Areas are given by their addresses. */
interface ValuesExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly IMAGES: Address
  readonly ROWS: Address
  readonly FOUND: Address
  readonly KINDS: Address
  readonly SLOTS: Address
  readonly PIECE: Address
  readonly SHAPES: Address
  readonly readRows: (before: number, after: number, from: number, end: number) => number
}

interface Address {
  readonly value: number
}

/** The part of the engine's interface that is used here, with the types of this module. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: ValuesExports }
}

declare const WebAssembly: Engine | undefined

/** Reads rows by WebAssembly, in memory of a fixed size, where what was found lies until more is read. One serves all readers. */
export class WasmValues {
  /** All memory. */
  readonly bytes: Buffer<ArrayBuffer>
  /** Where rows are put. */
  readonly rows: number
  /** By slot, what it has; and of 32 bits, of which each has two. */
  readonly kinds: Uint8Array
  readonly numbers: Float64Array
  readonly integers: BigInt64Array
  readonly naturals: BigUint64Array
  readonly words: Uint32Array
  readonly ints: Int32Array
  readonly json: JsonSlots
  /** The short texts of the rows that were read. */
  piece = ""
  readonly #octets: Uint8Array
  readonly #found: Uint32Array
  readonly #pieceAt: number
  readonly #readRows: ValuesExports["readRows"]
  readonly #images: number
  /** Where the images lie that were described, and where the next one will. */
  #places = new WeakMap<Buffer, number>()
  #nextPlace: number
  /** How often they have all gone. */
  #clearings = 0

  constructor({ Module, Instance }: Engine) {
    const module = new Module(Buffer.from(VALUES_MODULE, "base64"))
    const { memory, IMAGES, ROWS, FOUND, KINDS, SLOTS, PIECE, SHAPES, readRows } = new Instance(module)
      .exports
    const { buffer } = memory
    this.bytes = Buffer.from(buffer)
    this.rows = ROWS.value
    this.kinds = new Uint8Array(buffer, KINDS.value)
    this.numbers = new Float64Array(buffer, SLOTS.value)
    this.integers = new BigInt64Array(buffer, SLOTS.value)
    this.naturals = new BigUint64Array(buffer, SLOTS.value)
    this.words = new Uint32Array(buffer, SLOTS.value)
    this.ints = new Int32Array(buffer, SLOTS.value)
    this.#octets = new Uint8Array(buffer)
    this.#found = new Uint32Array(buffer, FOUND.value)
    this.#pieceAt = PIECE.value
    this.#readRows = readRows
    this.#images = IMAGES.value
    this.#nextPlace = IMAGES.value
    this.json = new JsonSlots(this, SHAPES.value)
  }

  /** Where the row behind those that were read begins. */
  get next(): number {
    return this.#found[FOUND_NEXT >> 2] ?? 0
  }

  /** Puts as much of the rows from `from` on as there is room for; gives how many bytes. */
  enter(rows: Buffer, from: number): number {
    const part = from === 0 && rows.length <= ROWS_ROOM ? rows : rows.subarray(from, from + ROWS_ROOM)
    this.#octets.set(part, this.rows)
    return part.length
  }

  /**
   * Reads rows that lie between two places, with images of these descriptions. They take slots one behind the other.
   * @returns how many; none where the first one is not whole
   */
  read(before: Buffer | undefined, after: Buffer | undefined, from: number, end: number): number {
    this.json.tell()
    // Where one was put into cleared room, the other one is to be put beside it.
    let beforePlace = 0
    let afterPlace = 0
    let clearings: number
    do {
      clearings = this.#clearings
      if (before !== undefined) beforePlace = this.#placeOf(before)
      if (after !== undefined) afterPlace = this.#placeOf(after)
    } while (clearings !== this.#clearings)
    const count = this.#readRows(beforePlace, afterPlace, from, end)
    const characters = this.#found[FOUND_CHARACTERS >> 2] ?? 0
    this.piece = characters === 0 ? "" : latin1Text(this.bytes, this.#pieceAt, this.#pieceAt + characters)
    return count
  }

  #placeOf(description: Buffer): number {
    return this.#places.get(description) ?? this.#place(description)
  }

  /** Puts a description beside those that are there; where there is no room, they all go. */
  #place(description: Buffer): number {
    if (this.#nextPlace + description.length > this.#images + IMAGES_ROOM) {
      this.#places = new WeakMap()
      this.#nextPlace = this.#images
      this.#clearings++
    }
    const place = this.#nextPlace
    this.#octets.set(description, place)
    this.#places.set(description, place)
    this.#nextPlace += (description.length + 3) & ~3
    return place
  }
}

/** `undefined` where the engine has none, as with `--jitless`, or no address space for it: then all rows are read plainly. */
export const wasmValues: WasmValues | undefined = create()

function create(): WasmValues | undefined {
  if (typeof WebAssembly === "undefined") return undefined
  try {
    return new WasmValues(WebAssembly)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
