import { once } from "node:events"
import { connect, type Socket } from "node:net"
import {
  decodeAck,
  decodeMessages,
  decodePacket,
  encodeClientAck,
  encodeClientAuth,
  encodeClientRollback,
  encodeGet,
  encodeSub,
  encodeUnsub,
  FrameDecoder,
  MAX_FRAME_LENGTH,
  PacketType,
  UNIT_MILLISECONDS,
} from "@canal/protocol"

/** What a server says to a request. */
export interface Answer {
  /** What it refuses with; "" where it does not. */
  readonly refusal: string
  /** -1 where nothing is handed out. */
  readonly batchId: number
  readonly entries: readonly Buffer[]
}

/** Units of a batch's size, as canal-client asks for. */
const FETCH_SIZE = 1000

/** A client that speaks the protocol itself: it mends nothing, and asks whom and what it is told to. */
export class RawClient implements AsyncDisposable {
  readonly #socket: Socket
  readonly #answers: AsyncGenerator<Answer, undefined>
  readonly #who: { readonly destination: string; readonly clientId: string }

  private constructor(socket: Socket, destination: string, clientId: number) {
    this.#socket = socket
    this.#answers = answersOf(socket)
    this.#who = { destination, clientId: String(clientId) }
  }

  /** Connects to a server on this machine and authenticates. */
  static async connect(port: number, destination: string, clientId: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    await once(socket, "connect")
    const client = new RawClient(socket, destination, clientId)
    socket.write(encodeClientAuth({}))
    const answer = await client.answer()
    if (answer?.refusal !== "") throw new Error(`no session: ${answer?.refusal}`)
    return client
  }

  /** The next answer; `undefined` when the connection is closed instead. */
  async answer(): Promise<Answer | undefined> {
    return (await this.#answers.next()).value
  }

  subscribe(): void {
    this.#socket.write(encodeSub({ ...this.#who, filter: "" }))
  }

  unsubscribe(): void {
    this.#socket.write(encodeUnsub({ ...this.#who, filter: "" }))
  }

  /** @param timeout milliseconds that the server may wait for data */
  get(timeout: number): void {
    const unit = UNIT_MILLISECONDS
    this.#socket.write(encodeGet({ ...this.#who, fetchSize: FETCH_SIZE, timeout, unit, autoAck: undefined }))
  }

  acknowledge(batchId: number): void {
    this.#socket.write(encodeClientAck({ ...this.#who, batchId }))
  }

  /** Asks for everything again that is not acknowledged. */
  rollBack(): void {
    this.#socket.write(encodeClientRollback({ ...this.#who, batchId: 0 }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, "close")
  }
}

async function* answersOf(socket: Socket): AsyncGenerator<Answer, undefined> {
  const frames = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
  const chunks: AsyncIterable<Buffer> = socket
  try {
    for await (const chunk of chunks) {
      for (const frame of frames.push(chunk)) {
        const { type, body } = decodePacket(frame)
        if (type === PacketType.ACK) yield { refusal: decodeAck(body).errorMessage, batchId: -1, entries: [] }
        if (type !== PacketType.MESSAGES) continue
        const { batchId, entries } = decodeMessages(body)
        yield { refusal: "", batchId: Number(batchId), entries }
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ECONNRESET") throw error
  }
  return undefined
}
