import { readUInt24, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"

/** Payload length that says that the payload goes on in the next packet. */
const FULL = 0xff_ffff

/** MySQL's own bound on a packet (`max_allowed_packet`, `replica_max_allowed_packet`), with room for its frame. */
const GREATEST_PAYLOAD = 2 ** 30 + 2 ** 16

/**
 * Cuts the bytes of a connection into payloads, however the bytes were split on their way.
 *
 * Layout of a packet: 3 bytes length of the payload, 1 byte sequence number, the payload. A payload of 16 MiB − 1 or
 * more comes as several packets of 16 MiB − 1 and a shorter one (MySQL source documentation, "Protocol Basics").
 *
 * A payload that lies within one chunk is a view of it; others are copied together once.
 */
export class PacketFramer {
  #sequence = 0
  /** Pieces of a packet that is not complete yet. */
  #pieces: Buffer[] = []
  #held = 0
  /** Bytes that the packet being held needs, as far as known: its header, then all of it. */
  #wanted = 4
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

  /** Takes the next bytes and returns the payloads that they complete. */
  push(chunk: Buffer): readonly Buffer[] {
    const payloads: Buffer[] = []
    let at = 0
    for (;;) {
      if (this.#held === 0) at = this.#pushWhole(chunk, at, payloads)
      const taken = Math.min(chunk.length - at, this.#wanted - this.#held)
      if (taken === 0) return payloads
      this.#pieces.push(chunk.subarray(at, at + taken))
      this.#held += taken
      at += taken
      if (this.#held === this.#wanted) this.#complete(payloads)
    }
  }

  /** Whether nothing of a packet is being held. */
  get idle(): boolean {
    return this.#held === 0 && this.#parts === undefined
  }

  /** Takes the packets that lie within the chunk; returns where the first one begins that does not. */
  #pushWhole(chunk: Buffer, start: number, payloads: Buffer[]): number {
    let at = start
    while (chunk.length - at >= 4) {
      const length = readUInt24(chunk, at)
      if (chunk.length - at - 4 < length) break
      this.#accept(readUInt8(chunk, at + 3), chunk.subarray(at + 4, at + 4 + length), payloads)
      at += 4 + length
    }
    this.#wanted = 4
    return at
  }

  /** What is held is a header, or a whole packet. */
  #complete(payloads: Buffer[]): void {
    const held = this.#pieces.length === 1 ? this.#pieces[0] : undefined
    const bytes = held ?? Buffer.concat(this.#pieces, this.#held)
    const whole = 4 + readUInt24(bytes, 0)
    if (this.#held < whole) {
      this.#pieces = [bytes]
      this.#wanted = whole
      return
    }
    this.#pieces = []
    this.#held = 0
    this.#wanted = 4
    this.#accept(readUInt8(bytes, 3), bytes.subarray(4), payloads)
  }

  #accept(sequence: number, payload: Buffer, payloads: Buffer[]): void {
    if (sequence !== this.#sequence) {
      throw new BinlogError(
        "MALFORMED",
        `a packet has sequence number ${sequence} instead of ${this.#sequence}: the connection lost or doubled bytes; connect anew`,
        { retryable: true },
      )
    }
    this.#sequence = (sequence + 1) & 0xff
    if (payload.length < FULL && this.#parts === undefined) {
      payloads.push(payload)
      return
    }
    const whole = this.#append(payload)
    if (payload.length === FULL) return
    payloads.push(whole)
    this.#parts = undefined
    this.#partsLength = 0
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
