/** Writes values one after the other as ZooKeeper's Jute lays them out: big-endian, each text and buffer after its length. */
export class JuteWriter {
  readonly #pieces: Buffer[] = []

  int(value: number): this {
    const bytes = Buffer.allocUnsafe(4)
    bytes.writeInt32BE(value)
    return this.#add(bytes)
  }

  long(value: bigint): this {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeBigInt64BE(value)
    return this.#add(bytes)
  }

  bool(value: boolean): this {
    return this.#add(Buffer.of(value ? 1 : 0))
  }

  buffer(value: Uint8Array): this {
    return this.int(value.length).#add(value)
  }

  ustring(value: string): this {
    return this.buffer(Buffer.from(value, "utf8"))
  }

  /** Everything written so far, after its length: what goes over the wire. */
  frame(): Buffer {
    const length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0)
    const head = Buffer.allocUnsafe(4)
    head.writeInt32BE(length)
    return Buffer.concat([head, ...this.#pieces], 4 + length)
  }

  #add(bytes: Uint8Array): this {
    this.#pieces.push(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes))
    return this
  }
}
