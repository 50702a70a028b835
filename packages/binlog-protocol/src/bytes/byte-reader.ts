import { BinlogError } from "../errors.ts"
import { readUInt, readUInt16, readUInt24, readUInt32, readUInt48, readUInt64, readUInt8 } from "./read.ts"

/**
 * Reads one value after the other out of a part of a buffer and never beyond its end: `TRUNCATED` where bytes are
 * missing. For what comes once an event; row values are read by index.
 */
export class ByteReader {
  readonly bytes: Buffer
  readonly end: number
  at: number
  readonly #what: string

  /** `what` names in errors what is being read. */
  constructor(bytes: Buffer, start: number, end: number, what: string) {
    this.bytes = bytes
    this.at = start
    this.end = end
    this.#what = what
  }

  get remaining(): number {
    return this.end - this.at
  }

  uint8(): number {
    return readUInt8(this.bytes, this.take(1))
  }

  uint16(): number {
    return readUInt16(this.bytes, this.take(2))
  }

  uint24(): number {
    return readUInt24(this.bytes, this.take(3))
  }

  uint32(): number {
    return readUInt32(this.bytes, this.take(4))
  }

  uint48(): number {
    return readUInt48(this.bytes, this.take(6))
  }

  uint64(): number | bigint {
    return readUInt64(this.bytes, this.take(8))
  }

  /** 64 bits that count something, so that more than 2^53 − 1 is nonsense. */
  count64(): number {
    return this.safe(this.uint64())
  }

  /** A number of 1, 3, 4 or 9 bytes whose first byte tells which (MySQL's length-encoded integer). */
  lengthEncoded(): number {
    const first = this.uint8()
    if (first < 0xfb) return first
    if (first === 0xfc) return this.uint16()
    if (first === 0xfd) return readUInt(this.bytes, this.take(3), 3)
    if (first === 0xfe) return this.count64()
    throw this.malformed(`a length that begins with ${first}`)
  }

  /** A view of the next bytes. */
  view(length: number): Buffer {
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  utf8(length: number): string {
    const start = this.take(length)
    return this.bytes.toString("utf8", start, start + length)
  }

  latin1(length: number): string {
    const start = this.take(length)
    return this.bytes.toString("latin1", start, start + length)
  }

  skip(length: number): void {
    this.take(length)
  }

  /** A reader of the next bytes alone. */
  part(length: number): ByteReader {
    const start = this.take(length)
    return new ByteReader(this.bytes, start, start + length, this.#what)
  }

  /** Moves on and returns where the bytes passed begin. */
  take(length: number): number {
    const start = this.at
    if (length > this.end - start)
      throw new BinlogError(
        "TRUNCATED",
        `${this.#what} ends after ${this.end - start} of the ${length} bytes of its next field; the event is cut off or corrupt`,
      )
    this.at = start + length
    return start
  }

  malformed(problem: string): BinlogError {
    return new BinlogError(
      "MALFORMED",
      `${this.#what} has ${problem}; the event is corrupt or of an unknown layout`,
    )
  }

  /** A number that counts something, so that more than 2^53 − 1 is nonsense. */
  safe(value: number | bigint): number {
    if (typeof value === "number") return value
    throw this.malformed(`the count ${value}`)
  }
}
