import {
  decodeAck,
  decodeEntries,
  decodeHandshake,
  encodeClientAck,
  encodeClientAuth,
  encodeClientRollback,
  encodeGet,
  encodeSub,
  encodeUnsub,
  type Entry,
  type Int64,
  type Messages,
  type Packet,
  PacketType,
  packetTypeName,
  ProtocolError,
  scramble,
  SERVER_VERSION,
  UNIT_MILLISECONDS,
} from "@canal/protocol"
import { ClientError } from "../errors.ts"
import type { ServerAddress } from "../locate/server-list.ts"
import { PacketStream } from "./packet-stream.ts"
import { refusalText } from "./refusal.ts"

/** Who connects, and for what. */
export interface SessionIdentity {
  readonly destination: string
  readonly clientId: number
  readonly filter: string
  readonly user: string
  readonly password: string
}

/** Milliseconds that a server may take for anything but a GET; a subscription can make it start the destination. */
const ANSWER_WITHIN = 60_000
/** Milliseconds beyond a GET's own timeout before the server counts as dead. */
const GRACE = 15_000
/** Milliseconds of silence after which the server may close the connection: an hour, as Java's clients ask. */
const IDLE = 3_600_000

/** Tells a GET not to wait. */
const AT_ONCE = -1
/** How many GETs are sent for what comes behind a batch, before it is dealt with. */
const AHEAD = 2

/** A batch that has come. */
export interface ReceivedBatch extends Messages<Entry> {
  /** Says that nobody looks at the entries' bytes any more. */
  readonly release: () => void
}

/** A GET whose answer has not been taken yet. */
interface Asked {
  readonly timeout: number
  /** Whether it was sent behind something that the server could have refused: its answer says that it did not. */
  readonly isProof: boolean
  /** Whether a rollback came behind it: what it brings comes again. */
  isVoid: boolean
}

/** One connection to one server, from the handshake to the end: every request in Canal's order and words. */
export class Session {
  readonly #stream: PacketStream
  readonly #identity: { readonly destination: string; readonly clientId: string }
  /** Oldest first, as they are answered. */
  readonly #asked: Asked[] = []
  /** Whether the last batch was at least half full. */
  #wasFull = false
  #hasAnswered = false
  #hasAcked = false
  #works = false

  private constructor(stream: PacketStream, identity: SessionIdentity) {
    this.#stream = stream
    this.#identity = { destination: identity.destination, clientId: String(identity.clientId) }
  }

  /**
   * Connects, authenticates, subscribes and gives back whatever an earlier connection left unacknowledged.
   * @throws ClientError; the signal's reason.
   */
  static async open(
    address: ServerAddress,
    identity: SessionIdentity,
    signal: AbortSignal,
  ): Promise<Session> {
    const stream = await PacketStream.open(address, GRACE, signal)
    try {
      const session = new Session(stream, identity)
      await session.#authenticate(identity, signal)
      await session.#subscribe(identity.filter, signal)
      session.rollback()
      return session
    } catch (error) {
      stream.close()
      throw error
    }
  }

  /** `host:port` of the server. */
  get server(): string {
    return this.#stream.server
  }

  /** The address of this side of the connection. */
  get local(): string {
    return this.#stream.local
  }

  /** Whether it can still be used. */
  get failed(): boolean {
    return this.#stream.failed
  }

  /** Whether it counts as working: it has answered a GET behind an acknowledgement, or a second one. */
  get works(): boolean {
    return this.#works
  }

  /**
   * The next batch; `batchId` is -1 when there was none in time. `undefined` where what was asked ahead brought nothing: the
   * next call asks anew, for which it must be certain again that this process may consume. One call at a time; what one
   * that is aborted has asked for is left to the next one.
   * @throws ClientError; also for an error that an earlier acknowledgement or rollback met, which Canal reports late.
   */
  async next(fetchSize: number, timeout: number, signal: AbortSignal): Promise<ReceivedBatch | undefined> {
    const asked = this.#asked[0] ?? this.#ask(fetchSize, timeout)
    const packet = await this.#stream.receive(Math.max(0, asked.timeout) + GRACE, signal)
    if (packet.type === PacketType.ACK) throw this.#refused(packet)
    if (packet.type !== PacketType.MESSAGES || packet.compression > 1) throw this.#unexpected(packet)
    this.#asked.shift()
    this.#hasAnswered = true
    this.#works ||= asked.isProof
    if (asked.isVoid) {
      packet.release()
      return undefined
    }
    const { batchId, entries } = this.#decoded(() => decodeEntries(packet.body))
    if (entries.length === 0) packet.release()
    if (entries.length === 0 && asked.timeout === AT_ONCE) return undefined
    this.#wasFull = packet.body.length > fetchSize * 512 || entries.length > fetchSize / 2
    return { batchId, entries, release: packet.release }
  }

  /**
   * Asks for more behind a batch that was at least half full, so that it is on its way while the batch is dealt with. The
   * server is told not to wait with that: an acknowledgement, which it takes up only then, is never held up. Only for who
   * may consume at this moment: what is asked for is handed out to nobody else.
   */
  askAhead(fetchSize: number): void {
    while (this.#wasFull && this.#asked.length < AHEAD) this.#ask(fetchSize, AT_ONCE)
  }

  /** Acknowledges a batch. The server answers only when it refuses; then the next batch is an error. */
  ack(batchId: Int64): void {
    this.#hasAcked = true
    this.#stream.send(encodeClientAck({ ...this.#identity, batchId }))
  }

  /** Gives back every batch that is not acknowledged, those on their way too. Answered as `ack`. */
  rollback(): void {
    for (const asked of this.#asked) asked.isVoid = true
    this.#stream.send(encodeClientRollback({ ...this.#identity, batchId: 0 }))
  }

  /** Makes the server forget this client and its cursor. */
  async unsubscribe(signal: AbortSignal): Promise<void> {
    this.#stream.send(encodeUnsub({ ...this.#identity, filter: "" }))
    const packet = await this.#stream.receive(ANSWER_WITHIN, signal)
    if (packet.type !== PacketType.ACK) throw this.#unexpected(packet)
    if (this.#errorOf(packet) !== undefined) throw this.#refused(packet)
  }

  /** Sends what is queued, then ends the connection. */
  end(): Promise<void> {
    return this.#stream.end()
  }

  /** Drops the connection at once. */
  close(): void {
    this.#stream.close()
  }

  /** Drops the connection as soon as a signal is aborted. */
  closeOn(signal: AbortSignal): void {
    this.#stream.closeOn(signal)
  }

  #ask(fetchSize: number, timeout: number): Asked {
    this.#stream.send(
      encodeGet({ ...this.#identity, fetchSize, timeout, unit: UNIT_MILLISECONDS, autoAck: false }),
    )
    const isProof = this.#hasAcked || (this.#hasAnswered && timeout !== AT_ONCE)
    const asked = { timeout, isProof, isVoid: false }
    this.#asked.push(asked)
    return asked
  }

  async #authenticate(identity: SessionIdentity, signal: AbortSignal): Promise<void> {
    const hello = await this.#stream.receive(GRACE, signal)
    if (hello.type !== PacketType.HANDSHAKE || hello.version !== SERVER_VERSION) throw this.#unexpected(hello)
    const { seeds } = this.#decoded(() => decodeHandshake(hello.body))
    this.#stream.send(
      encodeClientAuth({
        username: identity.user,
        password: identity.password === "" ? "" : scramble(identity.password, seeds),
        netReadTimeout: IDLE,
        netWriteTimeout: IDLE,
      }),
    )
    const packet = await this.#stream.receive(ANSWER_WITHIN, signal)
    if (packet.type !== PacketType.ACK) throw this.#unexpected(packet)
    const refusal = this.#errorOf(packet)
    if (refusal === undefined) {
      this.#stream.trust()
      return
    }
    throw new ClientError(
      "AUTH_FAILED",
      `${this.server} refuses the user or the password (${refusal}); check both`,
    )
  }

  async #subscribe(filter: string, signal: AbortSignal): Promise<void> {
    this.#stream.send(encodeSub({ ...this.#identity, filter }))
    const packet = await this.#stream.receive(ANSWER_WITHIN, signal)
    if (packet.type !== PacketType.ACK) throw this.#unexpected(packet)
    const refusal = this.#errorOf(packet)
    if (refusal === undefined) return
    const { destination } = this.#identity
    if (refusal.includes("should start first")) {
      throw new ClientError(
        "DESTINATION_UNKNOWN",
        `${this.server} does not run the destination "${destination}" (${refusal}); check its name`,
      )
    }
    throw new ClientError(
      "SUBSCRIPTION_REFUSED",
      `${this.server} refuses the subscription to "${destination}": ${refusal}`,
    )
  }

  #refused(packet: Packet): ClientError {
    const reason = this.#errorOf(packet) ?? "an ACK without an error"
    this.close()
    return new ClientError("SERVER_REFUSED", `${this.server} refuses: ${reason}`)
  }

  #errorOf(packet: Packet): string | undefined {
    const { errorCode, errorMessage } = this.#decoded(() => decodeAck(packet.body))
    return errorCode === undefined || errorCode <= 0 ? undefined : refusalText(errorMessage)
  }

  #unexpected(packet: Packet): ClientError {
    this.close()
    const what =
      packet.compression > 1
        ? `a compressed ${packetTypeName(packet.type)}`
        : `${packetTypeName(packet.type)} (version ${packet.version ?? "absent"})`
    return new ClientError(
      "NOT_CANAL",
      `${this.server} sent ${what} where Canal's protocol has something else`,
    )
  }

  #decoded<T>(decode: () => T): T {
    try {
      return decode()
    } catch (cause) {
      this.close()
      if (!(cause instanceof ProtocolError)) throw cause
      throw new ClientError("NOT_CANAL", `${this.server} does not speak Canal's protocol: ${cause.message}`, {
        cause,
      })
    }
  }
}
