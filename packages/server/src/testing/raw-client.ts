import {
  decodeAck,
  decodeEntry,
  decodeMessages,
  decodePacket,
  encodeClientAck,
  encodeClientAuth,
  encodeClientRollback,
  encodeGet,
  encodeSub,
  type Entry,
  PacketType,
} from "@canal/protocol"
import { FrameClient } from "./frame-client.ts"

/** Entries handed out together; none where nothing came in time, and the id is then -1. */
export interface RawBatch {
  readonly id: number
  readonly entries: readonly Entry[]
}

export interface RawClientOptions {
  readonly clientId?: string
  readonly filter?: string
}

/** A client of the destination `shop` that asks for one thing at a time, as the protocol says, for tests. */
export class RawClient implements AsyncDisposable {
  readonly #frames: FrameClient
  readonly #who: { readonly destination: string; readonly clientId: string }

  private constructor(frames: FrameClient, clientId: string) {
    this.#frames = frames
    this.#who = { destination: "shop", clientId }
  }

  /** Connects and subscribes; whatever the answer. */
  static async open(port: number, options: RawClientOptions = {}): Promise<RawClient> {
    const { clientId = "1001", filter = "" } = options
    const client = new RawClient(await FrameClient.connect(port), clientId)
    client.#frames.send(encodeClientAuth({}))
    for (let i = 0; i < 2; i += 1) await client.#frames.frame()
    await client.subscribe(filter)
    return client
  }

  async subscribe(filter: string): Promise<void> {
    this.#frames.send(encodeSub({ ...this.#who, filter }))
    await this.#frames.frame()
  }

  /**
   * The next batch, of so many KiB and a little more; waits for it up to so many milliseconds.
   * @throws Error with the text of a refusal
   */
  async get(fetchSize: number, timeout = 10_000): Promise<RawBatch> {
    this.#frames.send(encodeGet({ ...this.#who, fetchSize, timeout, unit: 2, autoAck: false }))
    const packet = decodePacket((await this.#frames.frame())?.subarray(4) ?? Buffer.alloc(0))
    if (packet.type === PacketType.ACK) throw new Error(decodeAck(packet.body).errorMessage)
    const { batchId, entries } = decodeMessages(packet.body)
    return { id: Number(batchId), entries: entries.map(decodeEntry) }
  }

  acknowledge(batchId: number): void {
    this.#frames.send(encodeClientAck({ ...this.#who, batchId }))
  }

  /** Everything that is not acknowledged comes again. */
  rollBack(): void {
    this.#frames.send(encodeClientRollback({ ...this.#who, batchId: 0 }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#frames[Symbol.asyncDispose]()
  }
}
