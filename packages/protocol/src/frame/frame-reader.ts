import { FRAME_HEADER_BYTES, type FrameDecoderOptions, frameLength } from "./frame-decoder.ts"

/** Bytes of memory that is set aside for what comes. */
const MEMORY = 262_144
/** How often as much as has come of a frame may be set aside for it. */
const AHEAD = 4

/**
 * Cuts a byte stream into packets as `FrameDecoder` does, and has the stream read into its own memory, where packets stay:
 * they are copied once, by the system. For streams that bring much.
 */
export class FrameReader {
  /** As in the options; may be changed between two reads. */
  maxLength: number
  #memory = Buffer.allocUnsafeSlow(MEMORY)
  /** What lies between is the beginning of a frame. */
  #start = 0
  #end = 0
  /** The longest frame that has come. */
  #longest = 0
  #failure: unknown

  constructor(options: FrameDecoderOptions) {
    this.maxLength = options.maxLength
  }

  /** Bytes held back for a frame that is not complete. */
  get buffered(): number {
    return this.#end - this.#start
  }

  /** Where the next bytes of the stream belong; never empty. */
  get space(): Buffer {
    return this.#memory.subarray(this.#end)
  }

  /**
   * So many bytes have been put into `space`.
   * @returns the packets that are complete now: views of memory that is not written to again.
   * @throws ProtocolError FRAME_TOO_LARGE, and again at every further call
   */
  read(length: number): readonly Buffer[] {
    if (this.#failure !== undefined) throw this.#failure
    this.#end += length
    const packets: Buffer[] = []
    let wanted = FRAME_HEADER_BYTES
    while (this.buffered >= FRAME_HEADER_BYTES) {
      wanted = FRAME_HEADER_BYTES + this.#checked(this.#memory.readInt32BE(this.#start))
      if (wanted > this.buffered) break
      const end = this.#start + wanted
      packets.push(this.#memory.subarray(this.#start + FRAME_HEADER_BYTES, end))
      this.#start = end
      this.#longest = Math.max(this.#longest, wanted)
    }
    const isFull = this.#end === this.#memory.length
    const isTooSmall = this.#start + wanted > this.#memory.length && wanted <= this.#longest
    if (isFull || isTooSmall) this.#move(wanted)
    return packets
  }

  /** Goes on in new memory, with room for as much as is wanted, but not for much more than has come, now or before. */
  #move(wanted: number): void {
    const { buffered } = this
    const memory = Buffer.allocUnsafeSlow(
      Math.max(MEMORY, Math.min(wanted, Math.max(AHEAD * buffered, this.#longest))),
    )
    this.#memory.copy(memory, 0, this.#start, this.#end)
    this.#memory = memory
    this.#start = 0
    this.#end = buffered
  }

  #checked(length: number): number {
    try {
      return frameLength(length, this.maxLength)
    } catch (error) {
      this.#failure = error
      this.#start = this.#end
      throw error
    }
  }
}
