import { setTimeout as sleep } from "node:timers/promises"
import ZooKeeper from "zookeeper"
import { CoordinationError } from "../../coordinator.ts"
import { ANSWER, describe } from "./answer-code.ts"

/** What ZooKeeper says of a node, as far as it is asked for. */
export interface Stat {
  /** Transaction that created the node. */
  readonly czxid: number
  /** Milliseconds since 1970 when it was created. */
  readonly ctime: number | Date
  /** How often its data was written since. */
  readonly version: number
  /** Session of an ephemeral node, in hexadecimal as `sessionId`. */
  readonly ephemeralOwner: string
}

/** What came of one request: its code, and with `OK` what was asked for. */
export interface Answer {
  readonly code: number
  readonly stat?: Stat | undefined
  readonly data?: string | undefined
  readonly names?: readonly string[] | undefined
}

/** What a server needs to know to go on with a session. */
export interface SessionIdentity {
  readonly id: string
  readonly password: string
}

export interface NativeClientOptions {
  /** Numeric addresses: the native library resolves names again and again, and blocks the process meanwhile. */
  readonly servers: readonly string[]
  /** Milliseconds of session timeout to ask for. */
  readonly timeout: number
  /** Goes on with this session; begins one unless given. */
  readonly identity: SessionIdentity | undefined
  readonly told: Told
}

/** What a connection tells whoever holds it. */
export interface Told {
  /** The connection is gone for good. */
  disconnected(client: NativeClient): void
  /** The session is over. */
  ended(why: string): void
  /** A node that was asked for with a watch has changed. */
  changed(path: string): void
}

const CONNECTED = 3
const EXPIRED = -112
const EPHEMERAL = 1

/**
 * One connection of the native library. The library would connect again by itself, but only after a third of the session's
 * timeout: this client is closed instead when its connection is gone, and whoever holds it opens another one. Nothing
 * throws here, and a request ends when the library ends it.
 */
export class NativeClient {
  readonly #native = new ZooKeeper({})
  readonly #options: NativeClientOptions
  readonly #opened = Promise.withResolvers<void>()
  #connected = false
  #closed = false
  #ending: Promise<void> | undefined

  private constructor(options: NativeClientOptions) {
    this.#options = options
    this.#native.on("connect", () => {
      this.#connected = true
      setImmediate(this.#opened.resolve)
    })
    this.#native.on("connecting", () => {
      if (!this.#connected || this.#closed) return
      setImmediate(() => {
        if (this.#closed) return
        this.#close()
        options.told.disconnected(this)
      })
    })
    this.#on("close", (code) => this.#ended(code))
    for (const event of ["created", "deleted", "changed"]) {
      this.#on(event, (path) => {
        if (typeof path === "string" && !this.#closed) options.told.changed(path)
      })
    }
  }

  /**
   * Connects to one of the servers. It should have less than two thirds of the session's timeout for that: then the
   * library gives a socket up, which `connecting` does not tell of.
   * @throws CoordinationError `UNAVAILABLE` where none answers within so many milliseconds, `SESSION_LOST`; the signal's reason
   */
  static async open(
    options: NativeClientOptions,
    within: number,
    signal: AbortSignal,
  ): Promise<NativeClient> {
    signal.throwIfAborted()
    const client = new NativeClient(options)
    const { identity, servers, timeout } = options
    client.#native.init({
      connect: servers.join(","),
      timeout,
      debug_level: 0,
      host_order_deterministic: false,
      ...(identity === undefined ? {} : { client_id: identity.id, client_password: identity.password }),
    })
    const late = setTimeout(() => {
      client.#opened.reject(
        new CoordinationError("UNAVAILABLE", `no ZooKeeper server of ${servers.join(", ")} answers`),
      )
    }, within)
    const aborted = (): void => client.#opened.reject(signal.reason)
    signal.addEventListener("abort", aborted, { once: true })
    try {
      await client.#opened.promise
      return client
    } catch (error) {
      client.#close()
      throw error
    } finally {
      clearTimeout(late)
      signal.removeEventListener("abort", aborted)
    }
  }

  /** In the session that this connection serves. */
  get identity(): SessionIdentity {
    return { id: String(this.#native.client_id), password: this.#native.client_password }
  }

  /** Milliseconds of session timeout, as the server wants it. */
  get timeout(): number {
    return this.#native.timeout
  }

  /** Answered when the leader has seen the session and this server all that was written before. */
  sync(): Promise<Answer> {
    return asked((answer) => this.#native.a_sync("/", (code: number) => answer({ code })))
  }

  addDigest(credentials: string): Promise<Answer> {
    return asked((answer) => this.#native.add_auth("digest", credentials, (code) => answer({ code })))
  }

  exists(path: string, watch: boolean): Promise<Answer> {
    return asked((answer) =>
      this.#native.a_exists(path, watch, (code, _text, stat: Stat | null) =>
        answer({ code, stat: stat ?? undefined }),
      ),
    )
  }

  get(path: string): Promise<Answer> {
    return asked((answer) =>
      this.#native.a_get(path, false, (code, _text, stat: Stat | null, data: unknown) =>
        answer({
          code,
          stat: stat ?? undefined,
          data: data instanceof Uint8Array ? Buffer.from(data).toString("utf8") : "",
        }),
      ),
    )
  }

  children(path: string): Promise<Answer> {
    return asked((answer) =>
      this.#native.a_get_children(path, false, (code, _text, names: readonly string[] | null) =>
        answer({ code, names: names ?? [] }),
      ),
    )
  }

  create(path: string, data: Buffer, ephemeral: boolean): Promise<Answer> {
    return asked((answer) =>
      this.#native.a_create(path, data, ephemeral ? EPHEMERAL : 0, (code) => answer({ code })),
    )
  }

  /** @param version the one that the node must have; -1 for any */
  set(path: string, data: Buffer, version: number): Promise<Answer> {
    return asked((answer) =>
      this.#native.a_set(path, data, version, (code, _text, stat: Stat | null) =>
        answer({ code, stat: stat ?? undefined }),
      ),
    )
  }

  /** @param version the one that the node must have; -1 for any */
  delete(path: string, version: number): Promise<Answer> {
    return asked((answer) => this.#native.a_delete_(path, version, (code) => answer({ code })))
  }

  /** Whether the connection is gone. */
  get isClosed(): boolean {
    return this.#closed
  }

  /**
   * Leaves the session alone and closes: at once where the connection is gone, else as soon as it is, since the library
   * ends the session when it closes a connection that it holds to be good.
   */
  abandon(): void {
    if (this.#native.state !== CONNECTED) this.#close()
  }

  /**
   * Ends the session, with all its ephemeral nodes where the server can still be told. Waits for that at most so many
   * milliseconds; then it goes on by itself.
   */
  async end(patience: number): Promise<void> {
    this.#ending ??= this.#end()
    await Promise.race([this.#ending, sleep(patience, undefined, { ref: false })])
  }

  /** The library blocks the process for up to 1.5 s where the server does not answer: so it must have answered just before. */
  async #end(): Promise<void> {
    if (this.#native.state === CONNECTED) {
      await Promise.race([this.sync(), sleep(this.timeout, undefined, { ref: false })])
    }
    this.#close()
  }

  #ended(code: unknown): void {
    if (this.#closed) return
    this.#closed = true
    const why =
      code === EXPIRED ? "ZooKeeper says that it has expired" : `closed with ${describe(Number(code))}`
    this.#opened.reject(new CoordinationError(code === EXPIRED ? "SESSION_LOST" : "REFUSED", why))
    this.#options.told.ended(why)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#native.close()
  }

  #on(event: string, happened: (detail: unknown) => void): void {
    this.#native.on(event, (_client: unknown, detail: unknown) => setImmediate(happened, detail))
  }
}

/**
 * Outside of the library's own call: what is done within it meets sockets that it has closed but still watches, and the
 * process aborts when the system gives their numbers to new ones.
 * @param start begins a request; returns a code other than `OK` where the library does not take it
 */
async function asked(start: (answer: (answer: Answer) => void) => unknown): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const code = start((answer) => setImmediate(resolve, answer))
  if (typeof code === "number" && code !== ANSWER.OK) resolve({ code })
  return promise
}
