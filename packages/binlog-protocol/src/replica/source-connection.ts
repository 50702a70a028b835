import { isIP, Socket } from "node:net"
import { type Connection, type ConnectionOptions, createConnection } from "mysql2"
import { BinlogError } from "../errors.ts"
import { connectionError } from "./source-error.ts"
import type { SourceOptions, TlsOptions } from "./source-options.ts"
import { chunksOf, connectReused } from "./source-stream.ts"
import type { SourceStream } from "./source-stream.ts"

/** A row of a result: each column by its name, as text. */
export type TextRow = Readonly<Record<string, string | null>>

const CONNECT_TIMEOUT = 10_000
const ANSWER_TIMEOUT = 60_000

/**
 * Connects to a source and authenticates, for questions. Knows caching_sha2_password, sha256_password and
 * mysql_native_password; without TLS, passwords that the source wants in full go encrypted by its RSA key.
 * @param options.signal ends the connection, and every question that waits, whenever it is aborted.
 * @throws BinlogError `CONNECTION_LOST`, `ACCESS_DENIED` or `TLS_FAILED`; the signal's reason when aborted.
 */
export async function connectSource(
  source: SourceOptions,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SourceConnection> {
  const where = `${source.host}:${source.port}`
  const tls = source.tls ?? { mode: "preferred" }
  if (tls.mode === "verified" && isIP(source.host) !== 0) {
    throw new BinlogError(
      "TLS_FAILED",
      `${where}: a certificate is verified for a host name, and ${source.host} is an address; name the host as its certificate does`,
    )
  }
  try {
    return await connectWith(source, tls, where, options.signal)
  } catch (error) {
    // Only a source that offers no TLS at all is spoken to without, so that nobody in between can talk us out of it.
    const offersNone = error instanceof Error && "code" in error && error.code === "HANDSHAKE_NO_SSL_SUPPORT"
    if (tls.mode === "preferred" && offersNone) {
      return await connectSource({ ...source, tls: { mode: "off" } }, options)
    }
    options.signal?.throwIfAborted()
    throw connectionError(where, error)
  }
}

async function connectWith(
  source: SourceOptions,
  tls: TlsOptions,
  where: string,
  signal: AbortSignal | undefined,
): Promise<SourceConnection> {
  signal?.throwIfAborted()
  const settings: ConnectionOptions = {
    host: source.host,
    port: source.port,
    user: source.user,
    password: source.password,
    charset: "utf8mb4",
    connectTimeout: source.connectTimeout ?? CONNECT_TIMEOUT,
    enableKeepAlive: true,
  }
  if (tls.mode !== "off") {
    const verified = tls.mode === "verified"
    settings.ssl = {
      rejectUnauthorized: verified,
      verifyIdentity: verified,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    }
  }
  // TLS takes the socket's bytes for itself.
  const stream = tls.mode === "off" ? connectReused(source.host, source.port) : undefined
  const connection = createConnection(
    stream === undefined ? settings : { ...settings, stream: stream.socket },
  )
  const answerTimeout = source.answerTimeout ?? ANSWER_TIMEOUT
  const opened = new SourceConnection(connection, stream, where, answerTimeout, signal)
  try {
    await new Promise<void>((resolve, reject) => {
      checkGreeting(connection, () => reject(notMysql(where)))
      connection.connect((error) => {
        if (error === null) resolve()
        else reject(error)
      })
      opened.broken.addEventListener("abort", () => reject(opened.broken.reason), { once: true })
    })
  } catch (error) {
    opened.destroy()
    throw error
  }
  return opened
}

/**
 * Looks at the first bytes of whoever answers before the driver does, which would take any bytes for a packet and
 * complain on standard error. A greeting: 3 length · 1 sequence number, 0 · 1 protocol version, 10, or 0xff, an error.
 */
function checkGreeting(connection: Connection, refused: () => void): void {
  const stream: unknown = Reflect.get(connection, "stream")
  if (!(stream instanceof Socket)) throw new TypeError("mysql2 connection without a socket")
  const listeners = stream.listeners("data")
  stream.removeAllListeners("data")
  stream.once("data", (first: Buffer) => {
    if (first.length > 4 && first[4] !== 0xff && (first[3] !== 0 || first[4] !== 10)) {
      refused()
      return
    }
    for (const listener of listeners) {
      stream.on("data", (chunk) => void Reflect.apply(listener, stream, [chunk]))
    }
    stream.emit("data", first)
  })
}

function notMysql(where: string): BinlogError {
  return new BinlogError(
    "MALFORMED",
    `${where}: what answers there is no MySQL or MariaDB; check the host and the port`,
  )
}

/** A connection to a source that answers questions until its socket is taken over. */
export class SourceConnection implements AsyncDisposable {
  /** Names the source in errors: `HOST:PORT`. */
  readonly where: string
  readonly #connection: Connection
  readonly #stream: SourceStream | undefined
  readonly #answerTimeout: number
  readonly #signal: AbortSignal | undefined
  readonly #broken = new AbortController()
  readonly #abort = (): void => this.#break(this.#signal?.reason)

  /**
   * @param stream of the connection's socket, unless the driver made that itself
   * @param answerTimeout milliseconds for one question
   */
  constructor(
    connection: Connection,
    stream: SourceStream | undefined,
    where: string,
    answerTimeout: number,
    signal: AbortSignal | undefined,
  ) {
    this.where = where
    this.#connection = connection
    this.#stream = stream
    this.#answerTimeout = answerTimeout
    this.#signal = signal
    signal?.addEventListener("abort", this.#abort, { once: true })
    connection.on("error", (error) => this.#broken.abort(error))
  }

  /** Aborted, with the error as its reason, when the connection breaks. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /**
   * Runs a statement; `?` in it stand for the values.
   * @throws BinlogError `CONNECTION_LOST`, `PRIVILEGE_MISSING`, … or `SOURCE_ERROR` with the driver's error as cause;
   * `SOURCE_SILENT` when no answer comes in time: then the connection is broken too.
   */
  async query(sql: string, values: readonly string[] = []): Promise<readonly TextRow[]> {
    const silence = setTimeout(() => this.#break(this.#silent(sql)), this.#answerTimeout)
    const broken = this.#broken.signal
    let lost: (() => void) | undefined
    try {
      return await new Promise<readonly TextRow[]>((resolve, reject) => {
        broken.throwIfAborted()
        // The driver tells nobody of a connection that we end ourselves.
        lost = () => reject(broken.reason)
        broken.addEventListener("abort", lost)
        this.#connection.query(
          { sql, values: [...values], typeCast: (field) => field.string() },
          (error: Error | null, result: unknown) => {
            if (error === null) resolve(textRows(result))
            else reject(error)
          },
        )
      })
    } catch (error) {
      throw connectionError(this.where, error)
    } finally {
      clearTimeout(silence)
      if (lost !== undefined) broken.removeEventListener("abort", lost)
    }
  }

  /**
   * The authenticated socket, paused and without anybody reading it: from now on all its bytes belong to the caller,
   * who must destroy it, and no question can be asked any more.
   */
  takeStream(): SourceStream {
    const socket: unknown = Reflect.get(this.#connection, "stream")
    if (!(socket instanceof Socket)) throw new TypeError("mysql2 connection without a socket")
    socket.removeAllListeners("data")
    socket.pause()
    return this.#stream ?? chunksOf(socket)
  }

  /** Ends the connection at once. A question that waits is CONNECTION_LOST. */
  destroy(): void {
    this.#break(new BinlogError("CONNECTION_LOST", `${this.where}: the connection was ended`))
  }

  /** The driver would only say good-bye, and wait until the other side has. */
  #break(reason: unknown): void {
    this.#signal?.removeEventListener("abort", this.#abort)
    this.#broken.abort(reason)
    const stream: unknown = Reflect.get(this.#connection, "stream")
    this.#connection.destroy()
    if (stream instanceof Socket) stream.destroy()
  }

  #silent(sql: string): BinlogError {
    return new BinlogError(
      "SOURCE_SILENT",
      `${this.where}: no answer to "${sql.slice(0, 60)}" within ${this.#answerTimeout / 1000} s; the connection is taken for dead`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
  }
}

function textRows(result: unknown): readonly TextRow[] {
  if (!Array.isArray(result)) return []
  return result.map((row: unknown) => {
    const texts: Record<string, string | null> = {}
    if (typeof row !== "object" || row === null) return texts
    for (const [name, value] of Object.entries(row)) texts[name] = typeof value === "string" ? value : null
    return texts
  })
}
