const nothing = Buffer.alloc(0)

/**
 * Bytes and a place in them, for reading what stands at its usual place without a general reader. One is to be used again and
 * again: where none is left, the engine forgets, with their hidden class, the code that it has made for them.
 */
export class ByteCursor {
  bytes: Buffer = nothing
  view: DataView = viewOf(nothing)
  at = 0

  /** Goes to the beginning of these bytes. */
  enter(bytes: Buffer): void {
    this.bytes = bytes
    this.view = viewOf(bytes)
    this.at = 0
  }

  /** Passes a byte if it is this one. */
  passes(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false
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
    this.at = at
    return value
  }

  /** The same from another place on, behind which the cursor stands then. */
  varintAt(at: number): number {
    this.at = at
    return this.varint()
  }

  /** Passes a varint of any size. */
  passesVarint(): boolean {
    let at = this.at
    while ((this.bytes[at] ?? 0) > 0x7f) at++
    if (at >= this.bytes.length) return false
    this.at = at + 1
    return true
  }

  /** Passes a length and as many bytes. */
  passesBytes(): boolean {
    const length = this.varint()
    if (length < 0 || this.at + length > this.bytes.length) return false
    this.at += length
    return true
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
