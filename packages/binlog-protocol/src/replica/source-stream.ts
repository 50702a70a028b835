import { connect } from "node:net"
import type { Socket } from "node:net"

/** Where the bytes of a source come from: chunks in order, each to be given back in that order. */
export interface SourceStream {
  readonly socket: Socket
  /** Chunks that come from now on go to `take`. */
  listen(take: (chunk: Buffer) => void): void
  /** The eldest chunk has been used. Its bytes stay as they are only if it `isKept`. */
  giveBack(isKept: boolean): void
}

/** The chunks of any socket, each in memory of its own. */
export function chunksOf(socket: Socket): SourceStream {
  return {
    socket,
    listen: (take) => void socket.on("data", take),
    giveBack: () => {},
  }
}

/** Connects, to read into memory that is used again. Until somebody listens, chunks are events of the socket, as usual. */
export function connectReused(host: string, port: number): SourceStream {
  const memory = new ReadMemory()
  let take = (chunk: Buffer): void => {
    // Whoever gets it may keep it.
    const copy = Buffer.from(chunk)
    memory.giveBack(false)
    socket.emit("data", copy)
  }
  const socket = connect({
    host,
    port,
    keepAlive: true,
    noDelay: true,
    onread: {
      buffer: () => memory.room(),
      callback: (length) => {
        take(memory.fill(length))
        return true
      },
    },
  })
  return {
    socket,
    listen: (listener) => (take = listener),
    giveBack: (isKept) => memory.giveBack(isKept),
  }
}

/**
 * Bytes of a block while chunks are kept, which are as many as the system gives cheaply, and while they are not: fewer reads
 * then.
 */
const SMALL = 64 * 1024
const LARGE = 256 * 1024
/** The part of a block that is worth a read. */
const LEAST_PART = 1 / 4

interface Block {
  readonly bytes: Buffer
  /** Chunks of it that have not come back. */
  out: number
  isKept: boolean
}

/**
 * Memory to read into: blocks that are cut into chunks as they fill. A block is used again once all its chunks have come
 * back and none of them was kept; else it is left to the collector.
 */
export class ReadMemory {
  readonly #free: Block[] = []
  /** The blocks of the chunks that have not come back. */
  readonly #out: Block[] = []
  #block = newBlock(SMALL)
  /** How far the block is filled. */
  #at = 0
  /** Whether the last chunk that came back is kept. */
  #keeps = true

  /** Where the next bytes are to be put. */
  room(): Buffer {
    const { bytes } = this.#block
    if (bytes.length - this.#at < bytes.length * LEAST_PART) {
      if (!isReusable(this.#block))
        this.#block = this.#keeps ? newBlock(SMALL) : (this.#free.pop() ?? newBlock(LARGE))
      this.#at = 0
    }
    return this.#block.bytes.subarray(this.#at)
  }

  /** The chunk of so many bytes that were put there. */
  fill(length: number): Buffer {
    const block = this.#block
    const start = this.#at
    this.#at += length
    block.out++
    this.#out.push(block)
    return block.bytes.subarray(start, this.#at)
  }

  /** Takes the eldest chunk back. */
  giveBack(isKept: boolean): void {
    const block = this.#out.shift()
    if (block === undefined) return
    block.out--
    block.isKept ||= isKept
    this.#keeps = isKept
    if (block !== this.#block && isReusable(block)) this.#free.push(block)
  }
}

function newBlock(size: number): Block {
  return { bytes: Buffer.allocUnsafeSlow(size), out: 0, isKept: false }
}

/** Small blocks are not: large ones come in their place. */
function isReusable({ bytes, out, isKept }: Block): boolean {
  return bytes.length === LARGE && out === 0 && !isKept
}
