import { CoordinationError } from "../../../coordinator.ts"

const HEAD = 4
/** Bytes of the greatest frame before the first one has shown that a ZooKeeper sends them, and after. */
const MOST_FIRST = 1024
const MOST = 64 * 1024 * 1024

/** Cuts a stream into frames: `int length`, then as many bytes. */
export class Frames {
  #pieces: Buffer[] = []
  #held = 0
  #most = MOST_FIRST

  /**
   * The frames that a piece of the stream completes. The first one must be short, as a ConnectResponse is.
   * @throws CoordinationError `UNAVAILABLE` for a length that no ZooKeeper sends
   */
  push(piece: Buffer): readonly Buffer[] {
    const frames: Buffer[] = []
    this.#pieces.push(piece)
    this.#held += piece.length
    for (let length = this.#length(); this.#held - HEAD >= length; length = this.#length()) {
      const all = this.#joined()
      const end = HEAD + length
      this.#pieces = end === all.length ? [] : [all.subarray(end)]
      this.#held -= end
      this.#most = MOST
      frames.push(all.subarray(HEAD, end))
    }
    return frames
  }

  /** Of the next frame; infinite as long as its head is not here. */
  #length(): number {
    if (this.#held < HEAD) return Infinity
    const first = this.#pieces[0]
    const length = (first !== undefined && first.length >= HEAD ? first : this.#joined()).readInt32BE()
    if (length >= 0 && length <= this.#most) return length
    throw new CoordinationError(
      "UNAVAILABLE",
      `a frame of ${length} bytes was announced: this is no ZooKeeper server, or not on this port`,
    )
  }

  #joined(): Buffer {
    const [first, second] = this.#pieces
    if (first !== undefined && second === undefined) return first
    const all = Buffer.concat(this.#pieces, this.#held)
    this.#pieces = [all]
    return all
  }
}
