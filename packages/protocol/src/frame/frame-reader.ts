import { FRAME_HEADER_BYTES, type FrameDecoderOptions, frameLength } from "./frame-decoder.ts"

/** Bytes of memory that is set aside for what comes. */
const MEMORY = 262_144
/** How often as much as has come of a frame may be set aside for it. */
const AHEAD = 4
/** Bytes of memory that are kept to be used again. */
const KEPT = 8 * 1024 * 1024

/** A packet in memory of its reader. */
export interface Frame {
  /** Stays as it is until it is released; for ever, where it is not. */
  readonly packet: Buffer
  /** Says that nobody looks at the packet any more: its memory may be used again. */
  readonly release: () => void
}

/** Memory that is filled with frames. */
interface Block {
  readonly bytes: Buffer
  /** Its frames that are not released. */
  held: number
}

/**
 * Cuts a byte stream into packets as `FrameDecoder` does, and has the stream read into its own memory, where packets stay:
 * they are copied once, by the system. Memory all of whose packets were released is used again: new memory costs the system
 * and the collector more than reading into it. For streams that bring much.
 */
export class FrameReader {
  /** As in the options; may be changed between two reads. */
  maxLength: number
  #block = newBlock(MEMORY)
  /** Blocks to be used again. */
  readonly #free: Block[] = []
  /** Their bytes. */
  #kept = 0
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
    return this.#block.bytes.subarray(this.#end)
  }

  /**
   * So many bytes have been put into `space`.
   * @returns the packets that are complete now.
   * @throws ProtocolError FRAME_TOO_LARGE, and again at every further call
   */
  read(length: number): readonly Frame[] {
    if (this.#failure !== undefined) throw this.#failure
    this.#end += length
    const { bytes } = this.#block
    const frames: Frame[] = []
    let wanted = FRAME_HEADER_BYTES
    while (this.buffered >= FRAME_HEADER_BYTES) {
      wanted = FRAME_HEADER_BYTES + this.#checked(bytes.readInt32BE(this.#start))
      if (wanted > this.buffered) break
      const end = this.#start + wanted
      frames.push(this.#frame(bytes.subarray(this.#start + FRAME_HEADER_BYTES, end)))
      this.#start = end
      this.#longest = Math.max(this.#longest, wanted)
    }
    const isFull = this.#end === bytes.length
    const isTooSmall = this.#start + wanted > bytes.length && wanted <= this.#longest
    if (isFull || isTooSmall) this.#move(wanted)
    return frames
  }

  #frame(packet: Buffer): Frame {
    const block = this.#block
    let isHeld = true
    block.held++
    return {
      packet,
      release: () => {
        if (!isHeld) return
        isHeld = false
        block.held--
        this.#keep(block)
      },
    }
  }

  /** Goes on in other memory, with room for as much as is wanted, but not for much more than has come, now or before. */
  #move(wanted: number): void {
    const { buffered } = this
    const left = this.#block
    this.#block = this.#emptyBlock(
      Math.max(MEMORY, Math.min(wanted, Math.max(AHEAD * buffered, this.#longest))),
    )
    left.bytes.copy(this.#block.bytes, 0, this.#start, this.#end)
    this.#start = 0
    this.#end = buffered
    this.#keep(left)
  }

  /** The block that was left last, which the processor's caches still have; those that are too small are given up. */
  #emptyBlock(length: number): Block {
    for (let block = this.#free.pop(); block !== undefined; block = this.#free.pop()) {
      this.#kept -= block.bytes.length
      if (block.bytes.length >= length) return block
    }
    return newBlock(length)
  }

  #keep(block: Block): void {
    if (block === this.#block || block.held > 0 || this.#kept + block.bytes.length > KEPT) return
    this.#free.push(block)
    this.#kept += block.bytes.length
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

function newBlock(length: number): Block {
  return { bytes: Buffer.allocUnsafeSlow(length), held: 0 }
}
