import { ProtocolError } from "../errors.ts"

/** How many bytes the length before each packet takes: a signed 32-bit integer, most significant byte first. */
export const FRAME_HEADER_BYTES = 4

/** The longest packet that a frame can announce. */
export const MAX_FRAME_LENGTH = 0x7fff_ffff

/** How many parts are kept before small ones are joined: each costs hundreds of bytes beside its own. */
const MANY_PARTS = 1024
/** Bytes of a part, on average, from which joining is not worth while. */
const LARGE_PART = 1024

/** Limits of a FrameDecoder. */
export interface FrameDecoderOptions {
  /** Longest packet in bytes, the 4 length bytes not counted. A frame that announces more is refused at once. */
  readonly maxLength: number
}

/**
 * Cuts a byte stream into packets, however the stream was split. Nothing is set aside for a length that was merely
 * announced: memory grows with the bytes that really came, in however small pieces. After an error the stream has no meaning any more and every
 * further push fails.
 */
export class FrameDecoder {
  /** As in the options; may be changed between two pushes. */
  maxLength: number
  /** What has come of a frame that is not complete; begins at a frame's length bytes. */
  #parts: Uint8Array[] = []
  #size = 0
  /** Bytes of the incomplete frame with its length bytes; 4 until the length is known. */
  #wanted = FRAME_HEADER_BYTES
  #failure: unknown

  constructor(options: FrameDecoderOptions) {
    this.maxLength = options.maxLength
  }

  /** Bytes held back for a frame that is not complete. */
  get buffered(): number {
    return this.#size
  }

  /**
   * Takes the next bytes of the stream.
   * @returns the packets that are complete now. Each is a view of `chunk` or of memory of its own; `chunk` must not be
   * written to afterwards.
   * @throws ProtocolError FRAME_TOO_LARGE
   */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.#failure !== undefined) throw this.#failure
    const packets: Buffer[] = []
    let rest = chunk
    if (this.#size > 0) {
      rest = this.#complete(rest, packets)
    }
    let at = 0
    while (rest.length - at >= FRAME_HEADER_BYTES) {
      const end = at + FRAME_HEADER_BYTES + this.#checked(rest.readInt32BE(at))
      if (end > rest.length) break
      packets.push(rest.subarray(at + FRAME_HEADER_BYTES, end))
      at = end
    }
    if (at < rest.length) this.#keep(rest.subarray(at))
    return packets
  }

  /** Fills up the frame begun earlier; returns what is left of the chunk. */
  #complete(chunk: Buffer, packets: Buffer[]): Buffer {
    let rest = chunk
    while (this.#size + rest.length >= this.#wanted) {
      const missing = this.#wanted - this.#size
      this.#parts.push(rest.subarray(0, missing))
      this.#size += missing
      rest = rest.subarray(missing)
      const whole = Buffer.concat(this.#parts, this.#size)
      if (this.#wanted === FRAME_HEADER_BYTES) {
        const length = this.#checked(whole.readInt32BE(0))
        this.#parts = [whole]
        this.#wanted = FRAME_HEADER_BYTES + length
        if (length > 0) continue
      }
      packets.push(whole.subarray(FRAME_HEADER_BYTES))
      this.#parts = []
      this.#size = 0
      this.#wanted = FRAME_HEADER_BYTES
      return rest
    }
    if (rest.length > 0) this.#keep(rest)
    return rest.subarray(rest.length)
  }

  #keep(bytes: Buffer): void {
    if (this.#size === 0 && bytes.length >= FRAME_HEADER_BYTES) {
      this.#wanted = FRAME_HEADER_BYTES + bytes.readInt32BE(0)
    }
    this.#parts.push(bytes)
    this.#size += bytes.length
    if (this.#parts.length >= MANY_PARTS && this.#size < this.#parts.length * LARGE_PART) {
      this.#parts = [Buffer.concat(this.#parts, this.#size)]
    }
  }

  #checked(length: number): number {
    try {
      return frameLength(length, this.maxLength)
    } catch (error) {
      this.#parts = []
      this.#size = 0
      this.#failure = error
      throw error
    }
  }
}

/** The length of a packet as its frame announces it. @throws ProtocolError FRAME_TOO_LARGE */
export function frameLength(length: number, maxLength: number): number {
  if (length >= 0 && length <= maxLength) return length
  throw new ProtocolError(
    "FRAME_TOO_LARGE",
    `a frame announces ${length} bytes, allowed are 0 to ${maxLength}; this is not a Canal peer, or the limit is too low`,
  )
}
