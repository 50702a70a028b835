import { readUInt24, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"

/** Length of the payload and sequence number. */
const HEADER_LENGTH = 4

/** Payload length that says that the payload goes on in the next packet. */
const FULL = 0xff_ffff

/** MySQL's own bound on a packet (`max_allowed_packet`, `replica_max_allowed_packet`), with room for its frame. */
const GREATEST_PAYLOAD = 2 ** 30 + 2 ** 16

const NOTHING = Buffer.alloc(0)

/**
 * Cuts the bytes of a connection into payloads, however the bytes were split on their way, and goes from one to the
 * next: as a place in bytes, not as an object, since most hold one small event.
 *
 * Layout of a packet: 3 bytes length of the payload, 1 byte sequence number, the payload. A payload of 16 MiB − 1 or
 * more comes as several packets of 16 MiB − 1 and a shorter one (MySQL source documentation, "Protocol Basics").
 *
 * A payload that lies within one chunk stays there; others are copied together once.
 */
export class PacketFramer {
  /**
   * The payload that `next` went to: from `start` to `end` of `bytes`. Nothing is written there but by whoever gave the chunk,
   * if it lies in one.
   */
  bytes: Buffer = NOTHING
  start = 0
  end = 0
  #chunk: Buffer = NOTHING
  /** How far the chunk was used. */
  #at = 0
  #sequence = 0
  readonly #header = Buffer.alloc(HEADER_LENGTH)
  /** Room for a packet that has not come whole: for its header, then, once its length is known, for all of it. */
  #packet: Buffer = this.#header
  #held = 0
  /** Room of the packet before, of a payload that goes on: what it held was copied. */
  #spare: Buffer = NOTHING
  /** What has come of a payload of several packets. */
  #parts: Buffer | undefined
  #partsLength = 0
  readonly #announced: (start: Buffer) => number

  /**
   * `announced` tells from the first packet of a payload how long all of it will be, or less where it cannot: room is
   * taken at once for that, though memory only as the bytes come.
   */
  constructor(announced: (start: Buffer) => number = () => 0) {
    this.#announced = announced
  }

  /** The sequence number expected next is 1 after a command was sent. */
  expectAnswer(): void {
    this.#sequence = 1
  }

  /** Takes the next bytes. Those before must have been used up: `next` has said so. */
  push(chunk: Buffer): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** Goes to the next payload. False where it has not come whole yet: then `push`. */
  next(): boolean {
    for (;;) {
      const chunk = this.#chunk
      const start = this.#at
      if (this.#held === 0 && chunk.length - start >= HEADER_LENGTH) {
        const end = start + HEADER_LENGTH + readUInt24(chunk, start)
        if (end <= chunk.length) {
          this.#at = end
          if (this.#accept(chunk, start, end)) return true
          continue
        }
      }
      const packet = this.#hold()
      if (packet === undefined) {
        // What was the payload need not be kept until there is another.
        this.bytes = NOTHING
        return false
      }
      if (this.#accept(packet, 0, packet.length)) return true
    }
  }

  /** Whether nothing of a packet is being held. */
  get idle(): boolean {
    return this.#held === 0 && this.#parts === undefined
  }

  /** Takes from the chunk what the packet being held lacks, its header first. Gives the packet once it is whole. */
  #hold(): Buffer | undefined {
    while (this.#at < this.#chunk.length) {
      const start = this.#at
      const packet = this.#packet
      this.#at = Math.min(this.#chunk.length, start + packet.length - this.#held)
      this.#held += this.#chunk.copy(packet, this.#held, start, this.#at)
      if (this.#held < packet.length) break
      const length = HEADER_LENGTH + readUInt24(packet, 0)
      if (this.#held < length) {
        const isRoomy = this.#spare.length >= length
        this.#packet = isRoomy ? this.#spare.subarray(0, length) : Buffer.allocUnsafeSlow(length)
        packet.copy(this.#packet)
        continue
      }
      this.#packet = this.#header
      this.#held = 0
      return packet
    }
    return undefined
  }

  /** Takes a whole packet; whether it completes a payload, to which it then goes. */
  #accept(packet: Buffer, start: number, end: number): boolean {
    const sequence = readUInt8(packet, start + 3)
    if (sequence !== this.#sequence) {
      throw new BinlogError(
        "MALFORMED",
        `a packet has sequence number ${sequence} instead of ${this.#sequence}: the connection lost or doubled bytes; connect anew`,
        { retryable: true },
      )
    }
    this.#sequence = (sequence + 1) & 0xff
    const payloadAt = start + HEADER_LENGTH
    const isFull = end - payloadAt === FULL
    if (!isFull && this.#parts === undefined) return this.#goTo(packet, payloadAt, end)
    const whole = this.#append(packet.subarray(payloadAt, end))
    this.#spare = isFull ? packet : NOTHING
    if (isFull) return false
    this.#parts = undefined
    this.#partsLength = 0
    return this.#goTo(whole, 0, whole.length)
  }

  #goTo(bytes: Buffer, start: number, end: number): true {
    this.bytes = bytes
    this.start = start
    this.end = end
    return true
  }

  /** Adds a packet to the payload that goes on; gives what there is of it. */
  #append(packet: Buffer): Buffer {
    const length = this.#partsLength + packet.length
    if (length > GREATEST_PAYLOAD) {
      throw new BinlogError(
        "MALFORMED",
        `a packet has more than ${GREATEST_PAYLOAD} bytes, which no source sends; connect anew`,
      )
    }
    const room = this.#parts?.length ?? 0
    if (length > room) {
      const wanted = this.#parts === undefined ? this.#announced(packet) : 2 * room
      const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(wanted, GREATEST_PAYLOAD)))
      this.#parts?.copy(larger, 0, 0, this.#partsLength)
      this.#parts = larger
    }
    const parts = this.#parts ?? packet
    packet.copy(parts, this.#partsLength)
    this.#partsLength = length
    return parts.subarray(0, length)
  }
}
