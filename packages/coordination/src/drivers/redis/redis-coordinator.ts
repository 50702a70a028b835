import { randomUUID } from "node:crypto"
import {
  CoordinationError,
  type Coordinator,
  type Node,
  type PutOptions,
  type Revision,
} from "../../coordinator.ts"
import { Latest } from "../../latest.ts"
import { publishNotice } from "../../notices.ts"
import { LeasedSession } from "../../session/leased-session.ts"
import { type Moment, now } from "../../session/moment.ts"
import { Connection } from "./connection.ts"
import type { RedisPlace } from "./redis-options.ts"
import { BEAT, BEGIN, CHILDREN, END, GET, PUT, REMOVE, type Script } from "./scripts.ts"

/** Milliseconds until a watch looks again that got no answer on a connection which is whole. */
const AGAIN = 500
/** Milliseconds after its time is over when an ephemeral node is looked for. */
const OVER = 10

/** What a look at a node finds. */
interface Seen {
  readonly node: Node | undefined
  /** Milliseconds until an ephemeral node ends unless its session is heard of; less than 0 of any other. */
  readonly left: number
}

/** One attempt to begin a session. */
export async function beginSession(place: RedisPlace, signal: AbortSignal): Promise<Coordinator> {
  const session = randomUUID()
  const connection = await Connection.open(place, session, Math.floor(place.sessionTimeout / 3), signal)
  try {
    const begun = now()
    const { generation } = connection
    await connection.run(BEGIN, [String(place.sessionTimeout)])
    await connection.confirmed(generation)
    signal.throwIfAborted()
    return new RedisCoordinator(place, connection, session, begun)
  } catch (error) {
    connection.close()
    throw error
  }
}

class RedisCoordinator implements Coordinator {
  readonly session: LeasedSession
  readonly #place: RedisPlace
  readonly #connection: Connection
  readonly #id: string
  #left: Promise<void> | undefined

  constructor(place: RedisPlace, connection: Connection, id: string, begun: Moment) {
    this.#place = place
    this.#connection = connection
    this.#id = id
    this.session = new LeasedSession({
      timeout: place.sessionTimeout,
      begun,
      beat: async () => void (await this.#write(BEAT, [String(place.sessionTimeout)])),
      place: place.name,
    })
    this.session.lost.addEventListener("abort", () => void this.#leave(), { once: true })
    connection.onLink(
      () => this.session.linked(),
      () => this.session.unlinked(),
    )
  }

  async get(path: string): Promise<Node | undefined> {
    return (await this.#look(path)).node
  }

  async children(path: string): Promise<readonly string[]> {
    const names = await this.#run(CHILDREN, [path])
    return names.toSorted()
  }

  async put(path: string, data: string, options: PutOptions = {}): Promise<Node> {
    if (!/^(\/[^/]+)+$/.test(path)) {
      throw new CoordinationError("REFUSED", `${path} is no path of a node, such as /otter/canal`)
    }
    const revision = randomUUID()
    const kind = options.ephemeral === true ? "ephemeral" : ""
    const [owner] = await this.#write(PUT, [path, expected(options), data, revision, kind])
    return { path, data, revision, mine: owner === this.#id }
  }

  async remove(path: string, options: { readonly ifRevision?: Revision } = {}): Promise<void> {
    await this.#write(REMOVE, [path, expected(options)])
  }

  async *watch(path: string, options: { readonly signal: AbortSignal }): AsyncGenerator<Node | undefined> {
    this.session.assertAlive()
    const until = AbortSignal.any([options.signal, this.session.lost])
    const look = new Latest("look")
    const again = (): void => look.set("look")
    const unfollow = this.#connection.follow(path, again)
    let shown: Revision | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      for await (const _ of look.read(until)) {
        clearTimeout(timer)
        await this.#connected(until)
        const seen = await unlessAborted(until, this.#seen(path))
        if (until.aborted) break
        if (seen === undefined) {
          timer = setTimeout(again, AGAIN)
          continue
        }
        if (seen.left >= 0) timer = setTimeout(again, seen.left + OVER)
        if (this.session.state !== "connected") {
          again()
          continue
        }
        const revision = seen.node?.revision ?? "absent"
        if (revision === shown) continue
        shown = revision
        yield seen.node
      }
    } finally {
      clearTimeout(timer)
      unfollow()
    }
    if (!options.signal.aborted) this.session.assertAlive()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.end("it was closed")
    await this.#left
  }

  /** Waits while the session is suspended. */
  async #connected(until: AbortSignal): Promise<void> {
    if (this.session.state === "connected") return
    for await (const state of this.session.states({ signal: until })) if (state !== "suspended") return
  }

  /** @returns `undefined` where nobody answers now */
  async #seen(path: string): Promise<Seen | undefined> {
    try {
      await this.#connection.subscribed(path)
      return await this.#look(path)
    } catch (error) {
      this.session.assertAlive()
      if (error instanceof CoordinationError && error.retryable) return undefined
      throw error
    }
  }

  async #look(path: string): Promise<Seen> {
    const [data, revision, owner, left] = await this.#run(GET, [path])
    if (data === undefined || revision === undefined) return { node: undefined, left: -1 }
    return { node: { path, data, revision, mine: owner === this.#id }, left: Number(left) }
  }

  async #write(script: Script, args: readonly string[]): Promise<readonly string[]> {
    const { generation } = this.#connection
    const answer = await this.#run(script, args)
    await this.#connection.confirmed(generation)
    return answer
  }

  async #run(script: Script, args: readonly string[]): Promise<readonly string[]> {
    this.session.assertAlive()
    try {
      const [outcome, ...answer] = await this.#connection.run(script, args)
      if (outcome !== "OK") throw this.#refusal(outcome, args[0], answer[0])
      this.session.assertAlive()
      return answer
    } catch (error) {
      this.session.assertAlive()
      throw error
    }
  }

  #refusal(
    outcome: string | undefined,
    path: string | undefined,
    detail: string | undefined,
  ): CoordinationError {
    switch (outcome) {
      case "LOST":
        this.session.end("Redis does not know it any more")
        return new CoordinationError("SESSION_LOST", "Redis does not know it any more")
      case "CONFLICT":
        return new CoordinationError(
          "CONFLICT",
          `${path} is at revision ${detail}, not as asked for; read it again`,
        )
      case "EPHEMERAL":
        return new CoordinationError(
          "REFUSED",
          `${path}: ${detail} is ephemeral and can have no nodes below it`,
        )
      default:
        return new CoordinationError("UNAVAILABLE", `${this.#place.name}: the connection was given up`)
    }
  }

  /** Tells Redis that the session is over, if it answers, and disconnects for good. */
  #leave(): Promise<void> {
    this.#left ??= (async () => {
      try {
        await this.#connection.run(END, [])
      } catch (error) {
        const message = `${this.#place.name} could not be told that a session is over, and ends it by itself`
        publishNotice("warning", `${message} within ${this.#place.sessionTimeout} ms`, error)
      } finally {
        this.#connection.close()
      }
    })()
    return this.#left
  }
}

function expected({ ifRevision }: { readonly ifRevision?: Revision }): string {
  return ifRevision === undefined ? "" : `=${ifRevision}`
}

/** @returns `undefined` when the signal is aborted before */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>()
  const abort = (): void => aborted.resolve(undefined)
  signal.addEventListener("abort", abort)
  if (signal.aborted) abort()
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener("abort", abort)
  }
}
