import { PIECE_ROOM, ROWS_NEXT, ROWS_TEXTS, SLOT_SIZE, SLOT_SQL_TYPE } from "../row-layout.ts"
import { readLatin1 } from "../text.ts"
import type { JsonTokens } from "./json-tokens.ts"

/** Characters of a piece: a text that is kept may keep so many, and so much memory. */
const PIECE = 2 * PIECE_ROOM

/** Where WebAssembly says what it found. */
export interface FoundAddresses {
  readonly rows: number
  readonly slots: number
  readonly pieces: number
}

/**
 * Rows that WebAssembly found together, as row-layout.ts says. Valid until it reads or matches anything else. What is found by the number
 * of a slot begins with the first slot of the first row.
 */
export class FoundRows {
  /** All memory, where values lie, and the same for copies that are no Buffers. */
  readonly bytes: Buffer
  readonly octets: Uint8Array
  readonly json: JsonTokens
  /** The slots, byte by byte, and as what lies in them. */
  readonly slotBytes: Uint8Array
  readonly words: Uint32Array
  readonly ints: Int32Array
  readonly numbers: Float64Array
  readonly integers: BigUint64Array
  /**
   * The short texts of the row that was gone to, and of others, one behind the other: one string out of which they are cut,
   * since each made by itself costs several times as much.
   */
  piece = ""
  /** Where it begins, in characters. */
  pieceStart = 0
  /** How many rows there are. */
  count = 0
  #pieceEnd = 0
  readonly #pieces: number
  readonly #rows: Uint32Array

  constructor(bytes: Buffer<ArrayBuffer>, json: JsonTokens, { rows, slots, pieces }: FoundAddresses) {
    const { buffer } = bytes
    this.bytes = bytes
    this.octets = new Uint8Array(buffer)
    this.json = json
    this.slotBytes = new Uint8Array(buffer, slots)
    this.words = new Uint32Array(buffer, slots)
    this.ints = new Int32Array(buffer, slots)
    this.numbers = new Float64Array(buffer, slots)
    this.integers = new BigUint64Array(buffer, slots)
    this.#pieces = pieces
    this.#rows = new Uint32Array(buffer, rows)
  }

  /** Where the row behind them begins. */
  get next(): number {
    return this.#rows[ROWS_NEXT >> 2] ?? 0
  }

  /** So many have been found. */
  begin(count: number): void {
    this.count = count
    this.piece = ""
    this.pieceStart = 0
    this.#pieceEnd = 0
  }

  /** Goes to a row, from the first one to the last: has its texts at hand. */
  goTo(row: number): void {
    if (this.#textsEnd(row) <= this.#pieceEnd) return
    const start = this.#pieceEnd
    let end = this.#textsEnd(row)
    for (let last = row + 1; last < this.count; last++) {
      const next = this.#textsEnd(last)
      if (next - start > PIECE) break
      end = next
    }
    this.piece = readLatin1(this.bytes, this.#pieces + start, this.#pieces + end)
    this.pieceStart = start
    this.#pieceEnd = end
  }

  sqlTypeAt(slot: number): number {
    return this.bytes.readInt16LE(this.slotBytes.byteOffset + slot * SLOT_SIZE + SLOT_SQL_TYPE)
  }

  #textsEnd(row: number): number {
    return this.#rows[(ROWS_TEXTS >> 2) + row] ?? 0
  }
}
