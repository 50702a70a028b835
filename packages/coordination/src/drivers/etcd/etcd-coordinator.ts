import { setTimeout as sleep } from "node:timers/promises"
import type { ICompare, IKeyValue, IRequestOp, IResponseOp } from "etcd3"
import type { Coordinator, Node, PutOptions, Revision, Session } from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"
import { Latest } from "../../latest.ts"
import { LeasedSession } from "../../session/leased-session.ts"
import type { EtcdKeys } from "./etcd-keys.ts"
import type { EtcdSettings } from "./etcd-options.ts"
import { failureOf } from "./failure.ts"
import { keepAlive } from "./keep-alive.ts"
import type { Links } from "./links.ts"
import type { BegunSession } from "./session-begin.ts"
import { watchKey } from "./watch-key.ts"

/** Milliseconds between two attempts to watch or to read for a watch, when the first did not last. */
const AGAIN = 500
/** Parts of the session's timeout within which a beat and the session's end must be answered. */
const BEAT_WITHIN = 1 / 3

/** A node with etcd's revision at the time that it was read. */
interface ReadNode {
  readonly node: Node | undefined
  readonly at: string
}

interface Answer {
  readonly responses: readonly IResponseOp[]
  /** etcd's revision then. */
  readonly at: string
}

export class EtcdCoordinator implements Coordinator {
  readonly #settings: EtcdSettings
  readonly #begun: BegunSession
  readonly #links: Links
  readonly #keys: EtcdKeys
  readonly #session: LeasedSession

  constructor(settings: EtcdSettings, begun: BegunSession, links: Links, keys: EtcdKeys) {
    this.#settings = settings
    this.#begun = begun
    this.#links = links
    this.#keys = keys
    const { timeout } = begun
    const { place } = settings
    this.#session = new LeasedSession({ timeout, begun: begun.begun, beat: () => this.#beat(), place })
    this.#session.lost.addEventListener("abort", () => links.close())
    links.onFailure = () => this.#session.linked()
  }

  get session(): Session {
    return this.#session
  }

  async get(path: string): Promise<Node | undefined> {
    return (await this.#read(path)).node
  }

  async children(path: string): Promise<readonly string[]> {
    const range = { ...this.#keys.below(path), keys_only: true }
    const { responses } = await this.#transact(path, undefined, [{ request_range: range }])
    const kvs = responses[0]?.response_range.kvs ?? []
    return this.#keys.children(
      path,
      kvs.map(({ key }) => key),
    )
  }

  async put(path: string, data: string, options: PutOptions = {}): Promise<Node> {
    const key = this.#keys.written(path)
    const { ifRevision } = options
    const content = { key, value: Buffer.from(data) }
    const lease = options.ephemeral === true ? { lease: this.#begun.lease } : {}
    const create = { request_put: { ...content, ...lease } }
    const rewrite = { request_put: { ...content, ignore_lease: true } }
    const either = { request_txn: { compare: [isAbsent(key)], success: [create], failure: [rewrite] } }
    const write = ifRevision === "absent" ? create : rewrite
    const { responses } = await this.#transact(path, ifRevision, [
      ...this.#keys.above(path).map((above) => ({
        request_txn: { compare: [isAbsent(above)], success: [{ request_put: { key: above } }] },
      })),
      ifRevision === undefined ? either : write,
      { request_range: { key } },
    ])
    const written = responses.at(-1)?.response_range.kvs[0]
    if (written === undefined) throw failureOf(new Error("an answer without the node"), this.#settings.place)
    return this.#node(path, written)
  }

  async remove(path: string, options: { readonly ifRevision?: Revision } = {}): Promise<void> {
    const key = this.#keys.written(path)
    await this.#transact(path, options.ifRevision, [
      { request_delete_range: { key } },
      { request_delete_range: this.#keys.below(path) },
    ])
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
      await this.#links.call(this.#session.timeout * BEAT_WITHIN, (client, options) =>
        client.leases.leaseRevoke({ ID }, options),
      )
    } catch {
      // Nobody answers, or the lease is gone already: it ends by itself.
    }
    this.#session.end("this process ended it")
  }

  async #beat(): Promise<void> {
    const { timeout } = this.#session
    const end = performance.now() + timeout * BEAT_WITHIN
    for (let left = this.#settings.endpoints.length; ; left -= 1) {
      try {
        const within = (end - performance.now()) / left
        await this.#links.call(within, (client, options) => keepAlive(client, this.#begun.lease, options))
        return
      } catch (error) {
        const isAway = error instanceof CoordinationError && error.retryable
        if (isAway && left > 1 && performance.now() < end) continue
        if (isAway) this.#session.unlinked()
        throw error
      }
    }
  }

  async #read(path: string): Promise<ReadNode> {
    const key = this.#keys.node(path)
    const { responses, at } = await this.#transact(path, undefined, [{ request_range: { key } }])
    const found = responses[0]?.response_range.kvs[0]
    return { node: found === undefined ? undefined : this.#node(path, found), at }
  }

  /** Reads when the session is connected, as often as it takes; `undefined` when the signal is aborted. */
  async #readPatiently(path: string, signal: AbortSignal): Promise<ReadNode | undefined> {
    for await (const state of this.#session.states({ signal })) {
      if (state !== "connected") continue
      while (!signal.aborted && this.#session.state === "connected") {
        try {
          return await this.#read(path)
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
    const onChange = (value: IKeyValue | undefined) => tell(value && this.#node(path, value))
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

  /** Does all or nothing, and only while etcd knows the session and the node is in the state that was asked for. */
  async #transact(
    path: string,
    ifRevision: Revision | undefined,
    operations: readonly IRequestOp[],
  ): Promise<Answer> {
    this.#session.assertAlive()
    const key = this.#keys.node(path)
    const session = this.#keys.session(this.#begun.lease)
    const request = {
      compare: [exists(session), ...this.#condition(key, ifRevision)],
      success: [...operations],
      failure: [{ request_range: { key: session } }, { request_range: { key, keys_only: true } }],
    }
    try {
      const { succeeded, responses, header } = await this.#links.call(
        this.#session.timeout,
        (client, options) => client.kv.txn(request, options),
      )
      this.#session.assertAlive()
      if (succeeded) return { responses, at: header.revision }
      if (responses[0]?.response_range.kvs.length !== 1) this.#session.end("etcd does not know it")
      this.#session.assertAlive()
      throw this.#conflict(path, ifRevision, responses[1]?.response_range.kvs[0])
    } catch (error) {
      if (error instanceof CoordinationError && error.code === "SESSION_LOST")
        this.#session.end(error.message)
      this.#session.assertAlive()
      throw error
    }
  }

  #condition(key: Buffer, ifRevision: Revision | undefined): readonly ICompare[] {
    if (ifRevision === undefined) return []
    if (ifRevision === "absent") return [isAbsent(key)]
    const [, epoch, revision] = /^(.*):(\d+)$/.exec(ifRevision) ?? []
    // Of another history: a state that no node is ever in.
    if (revision === undefined || epoch !== this.#begun.epoch) return [isAbsent(key), exists(key)]
    return [{ key, target: "Mod", result: "Equal", mod_revision: revision }]
  }

  #conflict(path: string, wanted: Revision | undefined, found: IKeyValue | undefined): CoordinationError {
    const is = found === undefined ? "absent" : `at revision ${this.#revision(found)}`
    return new CoordinationError("CONFLICT", `${path} is ${is}, not ${wanted}; read it again`)
  }

  #node(path: string, value: IKeyValue): Node {
    const mine = value.lease === this.#begun.lease
    return { path, data: value.value.toString(), revision: this.#revision(value), mine }
  }

  #revision({ mod_revision: revision }: IKeyValue): Revision {
    return `${this.#begun.epoch}:${revision}`
  }
}

function isAbsent(key: Buffer): ICompare {
  return { key, target: "Create", result: "Equal", create_revision: "0" }
}

function exists(key: Buffer): ICompare {
  return { key, target: "Create", result: "Greater", create_revision: "0" }
}

/** Waits, but not longer than until the signal is aborted. */
async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
