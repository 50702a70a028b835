import type { Socket } from "node:net"
import type { SecureContextOptions } from "node:tls"
import { CoordinationError } from "../../../coordinator.ts"
import { type Moment, now } from "../../../session/moment.ts"
import { type Address, formatAddress } from "../addresses.ts"
import { dial } from "./dial.ts"
import { Frames } from "./frames.ts"
import { JuteReader } from "./jute-reader.ts"
import { JuteWriter } from "./jute-writer.ts"
import {
  type ConnectResponse,
  readConnectResponse,
  readReplyHeader,
  readWatcherEvent,
  type SessionIdentity,
} from "./replies.ts"
import { auth, closeSession, type Request, writeConnect, XID } from "./requests.ts"

export interface ConnectionOptions {
  readonly address: Address
  /** Unless given, the connection is in the clear. */
  readonly tls: SecureContextOptions | undefined
  /** Milliseconds of session timeout to ask for. */
  readonly timeout: number
  /** Goes on with this session; begins one unless given. */
  readonly identity: SessionIdentity | undefined
  /** The last transaction that the session has seen: a server that does not know it yet is not gone on with. */
  readonly lastZxid: bigint
  /** `user:password` for the digest scheme. */
  readonly digest: string | undefined
  readonly told: Told
}

/** What a connection tells whoever holds it. */
export interface Told {
  /** The connection is gone, and was not closed by its holder. */
  disconnected(connection: Connection): void
  /** A node that was asked for with a watch has changed. */
  changed(path: string): void
}

/** What became of a request. */
export interface Answer<T> {
  /** 0, or of an error; -4 where there was no answer. */
  readonly code: number
  /** What was asked for, where the code is 0. */
  readonly body?: T | undefined
  /** Why there was no answer. */
  readonly why?: string | undefined
}

interface Waiting {
  answered(code: number, reader: JuteReader): void
  lost(why: string): void
}

/** A connection, and the session that it serves. */
export interface OpenedConnection extends ConnectResponse {
  readonly connection: Connection
  /** When the server was asked for the session. */
  readonly asked: Moment
}

const CONNECTION_LOSS = -4
const GREATEST_XID = 0x7fff_ffff

/**
 * One TCP connection that serves a session, in the protocol of ZooKeeper 3.4 and newer: frames, of which the first in either
 * direction opens the session, and each other one is a request, its answer or an event. Answers come in the order of the
 * requests. A request never throws, and ends when its answer comes or the connection ends.
 */
export class Connection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #frames = new Frames()
  readonly #opened = Promise.withResolvers<ConnectResponse>()
  /** By number, in the order in which they were asked. */
  readonly #waiting = new Map<number, Waiting>()
  readonly #asked = now()
  #lastZxid: bigint
  #xid = 0
  #isServing = false
  #isOpened = false
  #ending: Promise<void> | undefined
  #whyClosed: string | undefined

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#lastZxid = options.lastZxid
    socket.on("data", (piece) => this.#received(piece))
    socket.on("error", (error) => this.#close(error.message, error))
    for (const event of ["end", "close"]) {
      socket.on(event, () => this.#close("the server closed the connection"))
    }
    const writer = new JuteWriter()
    writeConnect(writer, options.lastZxid, options.timeout, options.identity)
    socket.write(writer.frame())
  }

  /**
   * Connects, and opens the session.
   * @param signal gives it up
   * @throws CoordinationError `UNAVAILABLE`, `REFUSED`, `SESSION_LOST` where the server says that the session is over; the signal's reason
   */
  static async open(options: ConnectionOptions, signal: AbortSignal): Promise<OpenedConnection> {
    const connection = new Connection(await dial(options.address, options.tls, signal), options)
    const aborted = (): void => connection.#close("it was given up")
    signal.addEventListener("abort", aborted, { once: true })
    try {
      if (signal.aborted) aborted()
      const opened = await connection.#opened.promise
      if (options.digest !== undefined) await connection.#authenticate(options.digest)
      if (connection.isClosed) throw connection.#absence()
      connection.#isServing = true
      return { connection, asked: connection.#asked, ...opened }
    } catch (error) {
      connection.close()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener("abort", aborted)
    }
  }

  /** The last transaction that a server has told of. */
  get lastZxid(): bigint {
    return this.#lastZxid
  }

  get isClosed(): boolean {
    return this.#whyClosed !== undefined
  }

  ask<T>(request: Request<T>): Promise<Answer<T>> {
    this.#xid = this.#xid === GREATEST_XID ? 1 : this.#xid + 1
    return this.#ask(this.#xid, request)
  }

  /** Closes at once, and leaves the session alone. What was asked ends without an answer. */
  close(): void {
    this.#isServing = false
    this.#close("it was given up")
  }

  /**
   * Ends the session, with all its ephemeral nodes where the server can still be told. Waits for that at most so many
   * milliseconds.
   */
  async end(patience: number): Promise<void> {
    this.#ending ??= this.#end(patience)
    await this.#ending
  }

  async #end(patience: number): Promise<void> {
    this.#isServing = false
    const late = setTimeout(() => this.close(), patience)
    await this.ask(closeSession())
    clearTimeout(late)
    this.close()
  }

  async #authenticate(digest: string): Promise<void> {
    const { code } = await this.#ask(XID.AUTH, auth(digest))
    if (code === CONNECTION_LOSS) throw this.#absence()
    if (code === 0) return
    const message = `${this.#place} does not take the credentials of digest (error ${code})`
    throw new CoordinationError("REFUSED", message)
  }

  #ask<T>(xid: number, { op, write, read }: Request<T>): Promise<Answer<T>> {
    const { promise, resolve } = Promise.withResolvers<Answer<T>>()
    const waiting: Waiting = {
      answered: (code, reader) => resolve(code === 0 ? { code, body: read(reader) } : { code }),
      lost: (why) => resolve({ code: CONNECTION_LOSS, why }),
    }
    if (this.#whyClosed === undefined) {
      const writer = new JuteWriter().int(xid).int(op)
      write(writer)
      this.#waiting.set(xid, waiting)
      this.#socket.write(writer.frame())
    } else waiting.lost(this.#whyClosed)
    return promise
  }

  #received(piece: Buffer): void {
    try {
      for (const frame of this.#frames.push(piece)) {
        if (this.isClosed) return
        const reader = new JuteReader(frame)
        if (this.#isOpened) this.#answered(reader)
        else this.#open(reader)
      }
    } catch (error) {
      this.#close(error instanceof Error ? error.message : String(error), error)
    }
  }

  #open(reader: JuteReader): void {
    const response = readConnectResponse(reader)
    this.#isOpened = true
    if (response.timeout > 0) this.#opened.resolve(response)
    else this.#opened.reject(new CoordinationError("SESSION_LOST", "ZooKeeper says that it has expired"))
  }

  #answered(reader: JuteReader): void {
    const { xid, zxid, code } = readReplyHeader(reader)
    if (zxid > this.#lastZxid) this.#lastZxid = zxid
    if (xid === XID.WATCHER_EVENT) {
      const path = readWatcherEvent(reader)
      if (path !== undefined) this.#options.told.changed(path)
      return
    }
    const waiting = this.#waiting.get(xid)
    if (waiting === undefined) throw new CoordinationError("UNAVAILABLE", `answer ${xid} was not asked for`)
    waiting.answered(code, reader)
    this.#waiting.delete(xid)
  }

  /** The first reason counts. */
  #close(why: string, cause?: unknown): void {
    if (this.#whyClosed !== undefined) return
    this.#whyClosed = why
    this.#socket.destroy()
    this.#opened.reject(this.#absence(cause))
    this.#opened.promise.catch(() => undefined)
    for (const waiting of this.#waiting.values()) waiting.lost(why)
    this.#waiting.clear()
    if (this.#isServing) this.#options.told.disconnected(this)
  }

  #absence(cause?: unknown): CoordinationError {
    return new CoordinationError("UNAVAILABLE", `${this.#place}: ${this.#whyClosed}`, { cause })
  }

  get #place(): string {
    return formatAddress(this.#options.address)
  }
}
