import { randomInt } from "node:crypto"
import type { Socket } from "node:net"
import {
  AckErrorCode,
  decodeClientAuth,
  decodePacket,
  encodeAck,
  encodeHandshake,
  FrameDecoder,
} from "@canal/protocol"
import { publishNotice } from "../notices.ts"
import { authenticates, type Credentials } from "./authentication.ts"
import { errorAnswer } from "./error-answer.ts"
import { IdleTimer } from "./idle-timer.ts"
import { NamedClients } from "./named-clients.ts"
import { send } from "./output.ts"
import { answer, type Answer, answerOf, type Asking, type Destinations, subscribe } from "./requests.ts"

/** The longest request, in bytes. Canal's are a few hundred; a filter can be long. */
const MAX_REQUEST = 1 << 20
/** Requests read ahead of the one being answered, and their bytes; then the connection is not read any further. */
const MAX_PENDING = 1000
const MAX_PENDING_BYTES = MAX_REQUEST
/** Milliseconds without reading or writing after which Canal closes, where the client asked for nothing else. */
const IDLE_TIME = 3_600_000

export interface SessionOptions {
  readonly destinations: Destinations
  readonly credentials: Credentials
  /** 8 bytes of this connection's own. */
  readonly seed: Buffer
  /** Milliseconds after connecting within which a client must have authenticated. */
  readonly authenticationTime: number
}

/** One client's connection: its requests are answered in their order, and a waiting one keeps nobody else. */
export class Session {
  readonly #socket: Socket
  readonly #options: SessionOptions
  readonly #channelId = randomInt(0x1_0000_0000)
  readonly #peer: string
  readonly #frames = new FrameDecoder({ maxLength: MAX_REQUEST })
  readonly #pending: Buffer[] = []
  #pendingBytes = 0
  readonly #ended = new AbortController()
  readonly #asking: Asking
  readonly #authentication: IdleTimer
  #reads: IdleTimer | undefined
  #writes: IdleTimer | undefined
  #working: Promise<void> | undefined

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket
    this.#options = options
    this.#asking = {
      destinations: options.destinations,
      named: new NamedClients(),
      signal: this.#ended.signal,
    }
    this.#peer = `${withoutMapping(socket.remoteAddress ?? "?")}:${socket.remotePort ?? 0}`
    this.#authentication = new IdleTimer(options.authenticationTime, () =>
      this.#drop("did not authenticate in time"),
    )
    socket.on("data", (chunk: Buffer) => this.#read(chunk))
    socket.on("end", () => this.#ended.abort())
    socket.on("error", (error) => publishNotice("debug", `client ${this.#peer}: ${error.message}`))
    socket.on("close", () => this.#closed())
    socket.write(encodeHandshake({ seeds: options.seed }))
  }

  /** Lets the request under way be answered, then closes the connection, in a moment at the latest. */
  async close(): Promise<void> {
    this.#socket.removeAllListeners("data")
    this.#ended.abort()
    const moment = setTimeout(() => this.#socket.destroy(), 500)
    await this.#working
    this.#socket.destroySoon()
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.once("close", resolve))
    clearTimeout(moment)
  }

  #read(chunk: Buffer): void {
    this.#reads?.refresh()
    try {
      for (const packet of this.#frames.push(chunk)) {
        this.#pending.push(packet)
        this.#pendingBytes += packet.length
      }
    } catch (error) {
      this.#drop(`is refused: ${reason(error)}`)
      return
    }
    if (this.#pending.length > MAX_PENDING || this.#pendingBytes > MAX_PENDING_BYTES) this.#socket.pause()
    if (this.#pending.length > 0) this.#working ??= this.#work()
  }

  /** Answers what is pending. What came before the client left is still done: it may be an acknowledgement. */
  async #work(): Promise<void> {
    try {
      for (let bytes = this.#pending.shift(); bytes !== undefined; bytes = this.#pending.shift()) {
        this.#pendingBytes -= bytes.length
        if (this.#socket.isPaused() && this.#hasRoom()) this.#socket.resume()
        await send(this.#socket, await this.#answer(bytes))
        this.#writes?.refresh()
      }
    } catch (error) {
      this.#drop(`is refused: ${reason(error)}`)
    } finally {
      this.#working = undefined
    }
  }

  /** Half of what may be read ahead is answered. */
  #hasRoom(): boolean {
    return this.#pending.length <= MAX_PENDING / 2 && this.#pendingBytes <= MAX_PENDING_BYTES / 2
  }

  async #answer(bytes: Buffer): Promise<Answer> {
    const packet = decodePacket(bytes)
    if (this.#reads === undefined) return answerOf(await this.#authenticate(packet.body))
    try {
      return await answer(packet, this.#asking)
    } catch (error) {
      publishNotice("debug", `client ${this.#peer}: ${reason(error)}`, error)
      return answerOf(errorAnswer(error, this.#channel()))
    }
  }

  /** Whatever the type of the first packets, Canal reads them as an authentication, until one succeeds. */
  async #authenticate(body: Buffer): Promise<Buffer> {
    const auth = decodeClientAuth(body)
    const { credentials, seed } = this.#options
    if (!authenticates(auth, credentials, seed)) {
      publishNotice("info", `client ${this.#peer}: authentication of user "${auth.username}" failed`)
      return encodeAck({
        errorCode: AckErrorCode.FAILED,
        errorMessage: `auth failed for user:${auth.username}`,
      })
    }
    if (auth.destination !== "" && auth.clientId !== "") {
      await subscribe(this.#asking, auth.destination, auth.clientId, auth.filter)
    }
    // The client may have left while it was being subscribed.
    if (this.#socket.destroyed) return encodeAck()
    this.#authentication.stop()
    this.#reads = this.#idle(auth.netReadTimeout)
    this.#writes = this.#idle(auth.netWriteTimeout)
    return encodeAck()
  }

  #idle(milliseconds: number | undefined): IdleTimer {
    const time = milliseconds !== undefined && milliseconds > 0 ? milliseconds : IDLE_TIME
    return new IdleTimer(time, () => this.#drop(`was idle for ${time} ms`))
  }

  #channel() {
    const { remoteAddress, remotePort, localAddress, localPort } = this.#socket
    return {
      id: this.#channelId,
      remote: `${withoutMapping(remoteAddress)}:${remotePort ?? 0}`,
      local: `${withoutMapping(localAddress)}:${localPort ?? 0}`,
    }
  }

  #drop(why: string): void {
    if (this.#socket.destroyed) return
    publishNotice("debug", `client ${this.#peer} ${why}; connection closed`)
    this.#socket.destroy()
  }

  #closed(): void {
    this.#ended.abort()
    this.#asking.named[Symbol.dispose]()
    this.#authentication.stop()
    this.#reads?.stop()
    this.#writes?.stop()
  }
}

/** An IPv4 address that came through a socket for both is shown as IPv4. */
function withoutMapping(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "")
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
