import { readUInt32 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"

const HEADER_LENGTH = 19
/** No event is longer: MySQL's bound on `max_allowed_packet`, with room for what stands around a row. */
const LONGEST_EVENT = 2 ** 30 + 2 ** 20
const NOTHING = Buffer.alloc(0)
const FIRST_CAPACITY = 4 * 2 ** 20

/**
 * Cuts bytes that come in pieces into events. An event that lies within a piece is given as a view of it; for others
 * memory is taken as their bytes come, never for what a length only announces.
 */
export class EventSplitter {
  #held: Buffer = NOTHING
  #heldLength = 0

  /** Calls `event` for each event that the piece completes. */
  push(piece: Buffer, event: (bytes: Buffer, start: number, end: number) => void): void {
    let at = 0
    while (at < piece.length) {
      if (this.#heldLength === 0 && piece.length - at >= HEADER_LENGTH) {
        const end = at + eventLength(piece, at)
        if (end <= piece.length) {
          event(piece, at, end)
          at = end
          continue
        }
      }
      at = this.#hold(piece, at)
      const length = this.#heldLength
      if (length < HEADER_LENGTH || length < eventLength(this.#held, 0)) continue
      const whole = this.#held
      this.#held = NOTHING
      this.#heldLength = 0
      event(whole, 0, length)
    }
  }

  /** Whether nothing of an event is being held. */
  get idle(): boolean {
    return this.#heldLength === 0
  }

  /** Takes what the event being held lacks, its header first; gives how far the piece was used. */
  #hold(piece: Buffer, at: number): number {
    const known = this.#heldLength >= HEADER_LENGTH
    const wanted = known ? eventLength(this.#held, 0) : HEADER_LENGTH
    const end = Math.min(piece.length, at + wanted - this.#heldLength)
    this.#reserve(this.#heldLength + end - at, wanted)
    piece.copy(this.#held, this.#heldLength, at, end)
    this.#heldLength += end - at
    return end
  }

  #reserve(length: number, wanted: number): void {
    if (length <= this.#held.length) return
    const larger = Buffer.allocUnsafeSlow(
      Math.min(wanted, Math.max(length, FIRST_CAPACITY, 2 * this.#held.length)),
    )
    this.#held.copy(larger, 0, 0, this.#heldLength)
    this.#held = larger
  }
}

function eventLength(bytes: Buffer, at: number): number {
  const length = readUInt32(bytes, at + 9)
  if (length < HEADER_LENGTH || length > LONGEST_EVENT)
    throw new BinlogError(
      "MALFORMED",
      `A compressed transaction holds an event of ${length} bytes; it is corrupt`,
    )
  return length
}
