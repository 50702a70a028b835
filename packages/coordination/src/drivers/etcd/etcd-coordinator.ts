import { setTimeout as sleep } from "node:timers/promises"
import type { IKeyValue } from "etcd3"
import type { Coordinator, Node, PutOptions, Revision, Session } from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"
import { Latest } from "../../latest.ts"
import { LeasedSession } from "../../session/leased-session.ts"
import type { EtcdKeys } from "./etcd-keys.ts"
import type { EtcdSettings } from "./etcd-options.ts"
import { EtcdTree, type ReadNode } from "./etcd-tree.ts"
import { failureOf } from "./failure.ts"
import { keepAlive } from "./keep-alive.ts"
import type { Links } from "./links.ts"
import type { BegunSession } from "./session-begin.ts"
import { watchKey } from "./watch-key.ts"

/** Milliseconds between two attempts to watch or to read for a watch, when the first did not last. */
const AGAIN = 500
/** Part of the session's timeout within which a beat and the session's end must be answered. */
const BEAT_WITHIN = 1 / 3
/** Milliseconds before a beat asks the next member. */
const TURN_PAUSE = 50

/** Milliseconds that a lease may take to be revoked; else it ends by itself. */
const REVOKED_WITHIN = 2000

/** A lease, kept alive by this process's own clock, and the nodes that are written in its name. */
export class EtcdCoordinator implements Coordinator {
  readonly #settings: EtcdSettings
  readonly #begun: BegunSession
  readonly #links: Links
  readonly #keys: EtcdKeys
  readonly #session: LeasedSession
  readonly #tree: EtcdTree

  constructor(settings: EtcdSettings, begun: BegunSession, links: Links, keys: EtcdKeys) {
    this.#settings = settings
    this.#begun = begun
    this.#links = links
    this.#keys = keys
    const { timeout } = begun
    const { place } = settings
    this.#session = new LeasedSession({ timeout, begun: begun.begun, beat: () => this.#beat(), place })
    this.#tree = new EtcdTree(begun, this.#session, links, keys)
    this.#session.lost.addEventListener("abort", () => links.close())
    links.onFailure = () => this.#session.linked()
  }

  get session(): Session {
    return this.#session
  }

  async get(path: string): Promise<Node | undefined> {
    return (await this.#tree.read(path)).node
  }

  async children(path: string): Promise<readonly string[]> {
    return this.#tree.children(path)
  }

  async put(path: string, data: string, options: PutOptions = {}): Promise<Node> {
    return this.#tree.put(path, data, options)
  }

  async remove(path: string, options: { readonly ifRevision?: Revision } = {}): Promise<void> {
    await this.#tree.remove(path, options.ifRevision)
  }

  async *watch(
    path: string,
    options: { readonly signal: AbortSignal },
  ): AsyncGenerator<Node | undefined, void, void> {
    this.#session.assertAlive()
    const left = new AbortController()
    const signal = AbortSignal.any([options.signal, this.#session.lost])
    const stop = AbortSignal.any([signal, left.signal])
    const first = await this.#readPatiently(path, stop)
    if (first !== undefined) {
      const latest = new Latest(first.node)
      const following = this.#follow(path, first, latest, stop).then(
        () => undefined,
        (error: unknown) => {
          latest.close()
          return failureOf(error, this.#settings.place)
        },
      )
      let failure: CoordinationError | undefined
      try {
        yield* latest.read(signal)
      } finally {
        left.abort()
        failure = await following
      }
      if (failure !== undefined && !signal.aborted) throw failure
    }
    if (!options.signal.aborted) this.#session.assertAlive()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#session.state === "lost") return
    const ID = this.#begun.lease
    try {
      const within = Math.min(this.#session.timeout * BEAT_WITHIN, REVOKED_WITHIN)
      await this.#links.call(within, (client, options) => client.leases.leaseRevoke({ ID }, options))
    } catch {
      // Nobody answers, or the lease is gone already: it ends by itself.
    }
    this.#session.end("this process ended it")
  }

  /** Asks one member after the other, in turns, until one answers or the time is over. */
  async #beat(): Promise<void> {
    const time = this.#session.timeout * BEAT_WITHIN
    const end = performance.now() + time
    const turn = time / this.#settings.endpoints.length
    for (;;) {
      try {
        const within = Math.min(turn, end - performance.now())
        await this.#links.call(within, (client, options) => keepAlive(client, this.#begun.lease, options))
        return
      } catch (error) {
        const isAway = error instanceof CoordinationError && error.retryable
        if (isAway) this.#links.leave()
        if (isAway && this.#settings.endpoints.length > 1 && performance.now() + TURN_PAUSE < end) {
          await rest(TURN_PAUSE, this.#session.lost)
          continue
        }
        if (isAway) this.#session.unlinked()
        throw error
      }
    }
  }

  /** Reads when the session is connected, as often as it takes; `undefined` when the signal is aborted. */
  async #readPatiently(path: string, signal: AbortSignal): Promise<ReadNode | undefined> {
    for await (const state of this.#session.states({ signal })) {
      if (state !== "connected") continue
      while (!signal.aborted && this.#session.state === "connected") {
        try {
          return await this.#tree.read(path)
        } catch (error) {
          if (!(error instanceof CoordinationError) || !error.retryable) throw error
          await rest(AGAIN, signal)
        }
      }
    }
    return undefined
  }

  /** Hands each change of a node to its reader. After each break it reads the node again. */
  async #follow(
    path: string,
    first: ReadNode,
    latest: Latest<Node | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    let told = first.node?.revision
    let after = first.at
    const tell = (node: Node | undefined) => {
      if (node?.revision === told) return
      told = node?.revision
      latest.set(node)
    }
    const onChange = (value: IKeyValue | undefined) => tell(value && this.#tree.nodeOf(path, value))
    const key = this.#keys.node(path)
    while (!signal.aborted) {
      const began = performance.now()
      try {
        await this.#links.stream((client, closed) =>
          watchKey(client, { key, after, onChange }, AbortSignal.any([signal, closed])),
        )
      } catch (error) {
        if (!(error instanceof CoordinationError) || !error.retryable) throw error
      }
      if (performance.now() - began < AGAIN) await rest(AGAIN, signal)
      const read = await this.#readPatiently(path, signal)
      if (read === undefined) return
      after = read.at
      tell(read.node)
    }
  }
}

/** Waits, but not longer than until the signal is aborted. */
async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
