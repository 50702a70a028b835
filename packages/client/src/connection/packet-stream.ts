import { connect, type Socket } from "node:net"
import { decodePacket, FrameReader, MAX_FRAME_LENGTH, type Packet, ProtocolError } from "@canal/protocol"
import { ClientError } from "../errors.ts"
import { formatServer, type ServerAddress } from "../locate/server-list.ts"

/** Bytes that a packet may have until the server has shown that it speaks Canal's protocol. */
const LOGIN_LENGTH = 65_536
/** Bytes that are read while nobody waits for a packet; what comes beyond them is left to the server to keep. */
const AHEAD_BYTES = 4 * 1024 * 1024

/** A packet that has come. */
export interface ReceivedPacket extends Packet {
  /** Says that nobody looks at its body any more: the memory may be used again. */
  readonly release: () => void
}

/**
 * A connection that sends frames and hands out the packets that come, one at a time. When it has failed, what came
 * before the failure can still be taken; after that every call fails with the same error.
 */
export class PacketStream {
  readonly server: string
  /** The address of this side. */
  readonly local: string
  readonly #socket: Socket
  readonly #frames: FrameReader
  readonly #packets: ReceivedPacket[] = []
  /** Bytes of the packets. */
  #size = 0
  #failure: ClientError | undefined
  #waiting: { resolve(packet: ReceivedPacket): void; reject(error: unknown): void } | undefined

  private constructor(socket: Socket, frames: FrameReader, server: string) {
    this.#socket = socket
    this.#frames = frames
    this.server = server
    this.local = formatServer({ host: socket.localAddress ?? "", port: socket.localPort ?? 0 })
    socket.on("timeout", () =>
      this.#fail(new ClientError("SERVER_SILENT", `${server} does not answer; the connection is given up`)),
    )
    socket.on("error", (cause) =>
      this.#fail(
        new ClientError("CONNECTION_LOST", `the connection to ${server} broke: ${cause.message}`, { cause }),
      ),
    )
    socket.on("close", () =>
      this.#fail(new ClientError("CONNECTION_LOST", `${server} closed the connection`)),
    )
  }

  /**
   * @param silence milliseconds after which an attempt to connect is given up.
   * @throws ClientError SERVER_UNREACHABLE; the signal's reason.
   */
  static async open(address: ServerAddress, silence: number, signal: AbortSignal): Promise<PacketStream> {
    signal.throwIfAborted()
    const server = formatServer(address)
    const frames = new FrameReader({ maxLength: LOGIN_LENGTH })
    let stream: PacketStream | undefined
    const take = (length: number): boolean => {
      if (stream !== undefined) stream.#take(length)
      return true
    }
    const onread = { buffer: () => frames.space, callback: take }
    const socket = connect({ ...address, noDelay: true, keepAlive: true, timeout: silence, onread })
    const abort = (): unknown => socket.destroy(new Error("aborted"))
    signal.addEventListener("abort", abort, { once: true })
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve)
        socket.once("error", reject)
        socket.once("timeout", () => reject(new Error(`no answer within ${silence / 1000} s`)))
      })
    } catch (cause) {
      socket.destroy()
      signal.throwIfAborted()
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ClientError("SERVER_UNREACHABLE", `no Canal server answers at ${server}: ${reason}`, {
        cause,
      })
    } finally {
      signal.removeEventListener("abort", abort)
    }
    socket.removeAllListeners("error")
    socket.removeAllListeners("timeout")
    socket.setTimeout(0)
    stream = new PacketStream(socket, frames, server)
    return stream
  }

  /** Whether it can still be used. */
  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** Lets packets be of any length from now on: batches are as long as their rows. */
  trust(): void {
    this.#frames.maxLength = MAX_FRAME_LENGTH
  }

  /** Queues a frame to be sent; a failure shows at the next `receive`. */
  send(frame: Buffer): void {
    if (this.#failure === undefined && !this.#socket.writableEnded) this.#socket.write(frame)
  }

  /**
   * The next packet. Only one call may wait at a time; one that is aborted leaves the packet to the next call.
   * @param silence milliseconds without a byte after which the server counts as dead.
   * @throws ClientError CONNECTION_LOST, SERVER_SILENT, NOT_CANAL; the signal's reason.
   */
  async receive(silence: number, signal: AbortSignal): Promise<ReceivedPacket> {
    const ready = this.#shift()
    if (ready !== undefined) {
      if (this.#ahead <= AHEAD_BYTES) this.#socket.resume()
      return ready
    }
    if (this.#failure !== undefined) throw this.#failure
    signal.throwIfAborted()
    const abort = (): void => this.#waiting?.reject(signal.reason)
    signal.addEventListener("abort", abort, { once: true })
    this.#socket.setTimeout(silence)
    this.#socket.resume()
    try {
      return await new Promise<ReceivedPacket>((resolve, reject) => {
        this.#waiting = { resolve, reject }
      })
    } finally {
      this.#waiting = undefined
      this.#socket.setTimeout(0)
      signal.removeEventListener("abort", abort)
    }
  }

  /** Sends what is queued, then ends the connection. Resolves when it is closed, at the latest after a second. */
  async end(): Promise<void> {
    if (!this.#socket.closed) {
      await new Promise<void>((resolve) => {
        this.#socket.once("close", () => resolve())
        this.#socket.setTimeout(1000, () => this.#socket.destroy())
        // What is not read would make the system end the connection at once, with all that the server has not read yet.
        this.#socket.resume()
        this.#socket.end()
      })
    }
    this.close()
  }

  /** Drops the connection at once. */
  close(): void {
    this.#fail(new ClientError("CLOSED", `the connection to ${this.server} is closed`))
  }

  /** Drops the connection as soon as a signal is aborted, with the signal's reason if that is a ClientError. */
  closeOn(signal: AbortSignal): void {
    const drop = (): void => {
      if (signal.reason instanceof ClientError) this.#fail(signal.reason)
      else this.close()
    }
    if (signal.aborted) drop()
    signal.addEventListener("abort", drop, { once: true })
    this.#socket.once("close", () => signal.removeEventListener("abort", drop))
  }

  #take(length: number): void {
    if (this.#failure !== undefined || this.#socket.writableEnded) return
    try {
      for (const { packet, release } of this.#frames.read(length)) {
        const received = { ...decodePacket(packet), release }
        this.#packets.push(received)
        this.#size += received.body.length
      }
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause
      this.#fail(
        new ClientError("NOT_CANAL", `${this.server} does not speak Canal's protocol: ${cause.message}`, {
          cause,
        }),
      )
      return
    }
    if (this.#waiting === undefined) {
      if (this.#ahead > AHEAD_BYTES) this.#socket.pause()
      return
    }
    const packet = this.#shift()
    if (packet === undefined) return
    this.#waiting.resolve(packet)
    this.#waiting = undefined
  }

  /** Bytes that have come and were not taken. */
  get #ahead(): number {
    return this.#size + this.#frames.buffered
  }

  #shift(): ReceivedPacket | undefined {
    const packet = this.#packets.shift()
    if (packet !== undefined) this.#size -= packet.body.length
    return packet
  }

  #fail(error: ClientError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#socket.destroy()
    this.#waiting?.reject(error)
  }
}
