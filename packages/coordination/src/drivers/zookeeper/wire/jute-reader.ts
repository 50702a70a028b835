import { CoordinationError } from "../../../coordinator.ts"

/** Reads values one after the other from a frame. @throws CoordinationError `UNAVAILABLE` where the frame ends before */
export class JuteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int(): number {
    return this.#take(4).readInt32BE()
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE()
  }

  bool(): boolean {
    return this.#take(1)[0] !== 0
  }

  /** A view into the frame. A length of -1 stands for none, which is taken for an empty one. */
  buffer(): Buffer {
    const length = this.int()
    return length === -1 ? Buffer.alloc(0) : this.#take(length)
  }

  ustring(): string {
    return this.buffer().toString("utf8")
  }

  /** A length of -1 stands for none. */
  vector<T>(element: () => T): readonly T[] {
    const elements: T[] = []
    for (let left = this.int(); left > 0; left -= 1) elements.push(element())
    return elements
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (length < 0 || end > this.#bytes.length) {
      const message = `a ZooKeeper frame of ${this.#bytes.length} bytes cannot be read at byte ${this.#at}`
      throw new CoordinationError("UNAVAILABLE", message)
    }
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
