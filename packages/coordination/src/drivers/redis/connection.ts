import { Redis } from "ioredis"
import { CoordinationError } from "../../coordinator.ts"
import { asCoordinationError, isUnknownScript } from "./redis-error.ts"
import type { RedisPlace } from "./redis-options.ts"
import type { Script } from "./scripts.ts"

/** Milliseconds between two attempts to connect again. */
const FIRST_DELAY = 50
const MOST_DELAY = 1000

interface Channel {
  readonly followers: Set<() => void>
  /** Of the present connection. */
  subscribed: Promise<unknown> | undefined
}

/**
 * A session's connection to Redis, made again whenever it breaks, until it is closed. Requests and messages share it (RESP3),
 * so that one which is half-open is noticed by the first request without an answer. A request goes out at once or fails, and
 * is never sent twice.
 */
export class Connection {
  readonly #redis: Redis
  readonly #place: RedisPlace
  readonly #session: string
  readonly #patience: number
  readonly #channels = new Map<string, Channel>()
  #keeps = false
  /** Counts connections, so that Redis can tell requests of one that was given up. */
  #generation = 1
  #problem: unknown
  #onLinked: () => void = () => undefined
  #onUnlinked: () => void = () => undefined

  private constructor(place: RedisPlace, session: string, patience: number) {
    this.#place = place
    this.#session = session
    this.#patience = patience
    this.#redis = this.#client()
    this.#redis.on("error", (error: Error) => {
      // It follows what was wrong with the last sentinel, which says more.
      if (this.#problem === undefined || !error.message.startsWith("All sentinels")) this.#problem = error
    })
    this.#redis.on("connecting", () => (this.#problem = undefined))
    this.#redis.on("sentinelError", (error: unknown) => (this.#problem = error))
    this.#redis.on("close", () => this.#closed())
    this.#redis.on("ready", () => this.#ready())
    this.#redis.on("message", (channel: string) => this.#tell(channel))
  }

  /**
   * Connects once.
   * @param patience milliseconds that one step may take
   * @throws CoordinationError `REFUSED`; the library's error where nobody answers; the signal's reason
   */
  static async open(
    place: RedisPlace,
    session: string,
    patience: number,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(place, session, patience)
    const abort = (): void => connection.close()
    signal.addEventListener("abort", abort)
    try {
      await connection.#redis.connect()
      signal.throwIfAborted()
      // The library goes on in database 0 where the one that it selects does not exist.
      if (place.database !== 0) await connection.#redis.select(place.database)
      signal.throwIfAborted()
      connection.#keeps = true
      return connection
    } catch (error) {
      connection.close()
      signal.throwIfAborted()
      const problem = connection.#problem ?? error
      const refusal = asCoordinationError(problem, place.name)
      throw refusal.retryable ? problem : refusal
    } finally {
      signal.removeEventListener("abort", abort)
    }
  }

  /** Changes with each connection. */
  get generation(): number {
    return this.#generation
  }

  onLink(linked: () => void, unlinked: () => void): void {
    this.#onLinked = linked
    this.#onUnlinked = unlinked
    if (this.#redis.status !== "ready") unlinked()
  }

  /** @throws CoordinationError `UNAVAILABLE`, `REFUSED` */
  async run(script: Script, args: readonly string[]): Promise<readonly string[]> {
    const all = [this.#place.prefix, this.#session, String(this.#generation), ...args]
    const answer: unknown = await this.#answered(async () => {
      try {
        return await this.#redis.evalsha(script.hash, 0, ...all)
      } catch (error) {
        if (!isUnknownScript(error)) throw error
        return this.#redis.eval(script.text, 0, ...all)
      }
    })
    if (Array.isArray(answer) && answer.every((each) => typeof each === "string")) return answer
    throw new CoordinationError("REFUSED", `${this.#place.name} does not answer as Redis does`)
  }

  /**
   * Resolves when enough replicas have all that was written on this connection.
   * @param generation the connection's when it was written
   * @throws CoordinationError `UNAVAILABLE`
   */
  async confirmed(generation: number): Promise<void> {
    const { waitForReplicas, name } = this.#place
    if (waitForReplicas === 0) return
    const time = Math.floor(this.#patience / 2)
    const confirmed = await this.#answered(() => this.#redis.wait(waitForReplicas, time))
    if (confirmed >= waitForReplicas && generation === this.#generation) return
    const message = `${name}: a write was confirmed by ${confirmed} of ${waitForReplicas} replicas within ${time} ms`
    throw new CoordinationError("UNAVAILABLE", message)
  }

  /** Calls back after each message about a path and after each new connection, until the returned function is called. */
  follow(path: string, changed: () => void): () => void {
    const name = this.#channelName(path)
    const channel = this.#channels.get(name) ?? { followers: new Set(), subscribed: undefined }
    this.#channels.set(name, channel)
    channel.followers.add(changed)
    return () => {
      channel.followers.delete(changed)
      if (channel.followers.size > 0 || !this.#channels.delete(name)) return
      // Where it fails the connection is gone, and the subscription with it.
      if (channel.subscribed !== undefined) this.#redis.unsubscribe(name).catch(() => undefined)
    }
  }

  /** Resolves when messages about a path that is followed come from now on. */
  async subscribed(path: string): Promise<void> {
    const name = this.#channelName(path)
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    const subscribed = (channel.subscribed ??= this.#redis.subscribe(name))
    try {
      await this.#answered(() => subscribed)
    } catch (error) {
      if (channel.subscribed === subscribed) channel.subscribed = undefined
      throw error
    }
  }

  /** For good. What has not been answered fails. */
  close(): void {
    this.#keeps = false
    this.#redis.disconnect()
  }

  async #answered<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (error) {
      const cause = this.#redis.status === "ready" ? error : (this.#problem ?? error)
      throw asCoordinationError(cause, this.#place.name)
    }
  }

  #closed(): void {
    this.#generation += 1
    for (const channel of this.#channels.values()) channel.subscribed = undefined
    this.#onUnlinked()
  }

  #ready(): void {
    this.#onLinked()
    for (const name of this.#channels.keys()) this.#tell(name)
  }

  #tell(channel: string): void {
    for (const changed of this.#channels.get(channel)?.followers ?? []) changed()
  }

  #channelName(path: string): string {
    return `${this.#place.prefix}changed:${path}`
  }

  #client(): Redis {
    const { sentinel, tls, host, port, username, password, database } = this.#place
    const again = (times: number): number | null =>
      this.#keeps ? Math.min(MOST_DELAY, FIRST_DELAY * 2 ** (times - 1)) * (0.5 + Math.random() / 2) : null
    return new Redis({
      ...(sentinel === undefined
        ? { host, port }
        : {
            sentinels: [...sentinel.addresses],
            name: sentinel.masterName,
            sentinelUsername: sentinel.username,
            sentinelPassword: sentinel.password,
            sentinelRetryStrategy: again,
            sentinelCommandTimeout: this.#patience,
            sentinelTLS: tls,
            enableTLSForSentinelMode: tls !== undefined,
          }),
      username,
      password,
      db: database,
      tls,
      lazyConnect: true,
      connectTimeout: this.#patience,
      commandTimeout: this.#patience,
      socketTimeout: this.#patience,
      disconnectTimeout: 100,
      retryStrategy: again,
      // A replica that was a primary: asks the sentinels again.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
      // It asks whether a server that a sentinel named is the primary; else each request says itself what is wrong.
      enableReadyCheck: sentinel !== undefined,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      disableClientInfo: true,
    })
  }
}
