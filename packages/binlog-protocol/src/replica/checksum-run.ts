import { crc32 } from "node:zlib"
import { readUInt8, readWord } from "../bytes/read.ts"
import { EventTypeCode } from "../event/type-code.ts"

/** Length and sequence number of a packet; behind them an event's packet has a byte 0. */
const HEADER_LENGTH = 4
/** An event's own header and its checksum. */
const LEAST_EVENT = 23
/** What CRC32 gives for bytes that end with their own CRC32. */
const RIGHT = 0x2144_df1c
/**
 * Stands for a packet's header while events are summed: where a sum comes from an event that is right, these bytes and the 0
 * behind them bring it to where sums begin.
 */
const RESTART = 0x2ac0_d92f
/** Packets summed in one go, more than a chunk of a socket has of the shortest. */
const MOST = 4096

/**
 * Verifies the checksums of all events that follow each other in the packets of one chunk in one call of the system's
 * CRC32: for small events the call costs more than its work.
 */
export class ChecksumRun {
  readonly #places = new Int32Array(MOST)
  readonly #headers = new Int32Array(MOST)
  #bytes: Buffer | undefined
  /** Up to here the events of `#bytes` are right. */
  #end = 0

  /**
   * Whether the event from `start` to `end` is known to be right. Looks ahead to the whole events in the packets behind
   * it; false says nothing about it but that it must be verified by itself.
   */
  covers(bytes: Buffer, start: number, end: number): boolean {
    if (bytes === this.#bytes && end <= this.#end) return true
    if (end - start < LEAST_EVENT || readUInt8(bytes, start + 4) === EventTypeCode.FORMAT_DESCRIPTION)
      return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let count = 0
    let runEnd = end
    for (; count < MOST; count++) {
      const next = packetEnd(bytes, view, runEnd)
      if (next < 0) break
      this.#places[count] = runEnd
      this.#headers[count] = view.getInt32(runEnd, true)
      view.setInt32(runEnd, RESTART, true)
      runEnd = next
    }
    if (count === 0) return false
    const isRight = crc32(bytes.subarray(start, runEnd)) === RIGHT
    while (count-- > 0) view.setInt32(readWord(this.#places, count), readWord(this.#headers, count), true)
    if (!isRight) return false
    this.#bytes = bytes
    this.#end = runEnd
    return true
  }
}

/** Where the packet that begins at `at` ends; −1 unless it lies whole in the bytes and holds one event with a checksum. */
function packetEnd(bytes: Buffer, view: DataView, at: number): number {
  const event = at + HEADER_LENGTH + 1
  if (event + LEAST_EVENT > bytes.length) return -1
  const length = (view.getInt32(at, true) & 0xff_ffff) - 1
  const end = event + length
  const isWhole = length >= LEAST_EVENT && end <= bytes.length && view.getUint32(event + 9, true) === length
  const isPlain =
    readUInt8(bytes, event - 1) === 0 && readUInt8(bytes, event + 4) !== EventTypeCode.FORMAT_DESCRIPTION
  return isWhole && isPlain ? end : -1
}
