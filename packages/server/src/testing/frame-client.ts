import { connect, type Socket } from "node:net"
import { once } from "node:events"

/** A connection that sends bytes and receives whole frames, for tests. */
export class FrameClient implements AsyncDisposable {
  readonly socket: Socket
  readonly #frames: AsyncGenerator<Buffer, undefined>

  private constructor(socket: Socket) {
    this.socket = socket
    this.#frames = frames(socket)
  }

  static async connect(port: number): Promise<FrameClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    await once(socket, "connect")
    return new FrameClient(socket)
  }

  send(...bytes: readonly Buffer[]): void {
    for (const each of bytes) this.socket.write(each)
  }

  /** The next frame with its length bytes; `undefined` when the connection was closed instead. */
  async frame(): Promise<Buffer | undefined> {
    return (await this.#frames.next()).value
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy()
    if (!this.socket.closed) await once(this.socket, "close")
  }
}

async function* frames(socket: Socket): AsyncGenerator<Buffer, undefined> {
  let bytes = Buffer.alloc(0)
  const chunks: AsyncIterable<Buffer> = socket
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const end = 4 + bytes.readInt32BE(0)
      yield bytes.subarray(0, end)
      bytes = bytes.subarray(end)
    }
  }
  return undefined
}
