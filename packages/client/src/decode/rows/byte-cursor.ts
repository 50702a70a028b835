/** Passes what stands at its usual place in bytes, without a general reader. */
export class ByteCursor {
  readonly bytes: Buffer
  at = 0
  /** Where what is to be read ends. */
  end = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Passes a byte if it is this one. */
  passes(byte: number): boolean {
    if (this.bytes[this.at] !== byte || this.at >= this.end) return false
    this.at++
    return true
  }

  /** Passes a varint from 0 to 2^49 − 1, and answers it; -1 for another one, and where the bytes end. */
  varint(): number {
    const { bytes } = this
    let at = this.at
    let byte = bytes[at++] ?? 0xff
    let value = byte & 0x7f
    for (let factor = 128; byte > 0x7f; factor *= 128) {
      if (factor > 2 ** 42) return -1
      byte = bytes[at++] ?? 0xff
      value += (byte & 0x7f) * factor
    }
    if (at > this.end) return -1
    this.at = at
    return value
  }

  /** Passes a varint of any size. */
  passesVarint(): boolean {
    let at = this.at
    while (at < this.end && (this.bytes[at] ?? 0) > 0x7f) at++
    if (at >= this.end) return false
    this.at = at + 1
    return true
  }

  /** Passes a length and as many bytes. */
  passesBytes(): boolean {
    const length = this.varint()
    if (length < 0 || this.at + length > this.end) return false
    this.at += length
    return true
  }
}
