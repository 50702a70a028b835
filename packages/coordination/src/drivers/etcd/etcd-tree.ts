import type { ICompare, IKeyValue, IRequestOp, IResponseOp } from "etcd3"
import type { Node, PutOptions, Revision } from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"
import type { LeasedSession } from "../../session/leased-session.ts"
import type { EtcdKeys } from "./etcd-keys.ts"
import type { Links } from "./links.ts"
import type { BegunSession } from "./session-begin.ts"

/** A node with etcd's revision at the time that it was read. */
export interface ReadNode {
  readonly node: Node | undefined
  readonly at: string
}

interface Answer {
  readonly responses: readonly IResponseOp[]
  /** etcd's revision then. */
  readonly at: string
}

/** The nodes as one session reads and writes them: each call is one transaction that etcd refuses once the session is over. */
export class EtcdTree {
  readonly #begun: BegunSession
  readonly #session: LeasedSession
  readonly #links: Links
  readonly #keys: EtcdKeys

  constructor(begun: BegunSession, session: LeasedSession, links: Links, keys: EtcdKeys) {
    this.#begun = begun
    this.#session = session
    this.#links = links
    this.#keys = keys
  }

  async read(path: string): Promise<ReadNode> {
    const key = this.#keys.node(path)
    const { responses, at } = await this.#transact(path, undefined, [{ request_range: { key } }])
    const found = responses[0]?.response_range.kvs[0]
    return { node: found === undefined ? undefined : this.nodeOf(path, found), at }
  }

  async children(path: string): Promise<readonly string[]> {
    const range = { ...this.#keys.below(path), keys_only: true }
    const { responses } = await this.#transact(path, undefined, [{ request_range: range }])
    const found = responses[0]?.response_range.kvs ?? []
    return this.#keys.children(
      path,
      found.map(({ key }) => key),
    )
  }

  async put(path: string, data: string, { ifRevision, ephemeral }: PutOptions): Promise<Node> {
    const key = this.#keys.written(path)
    const value = Buffer.from(data)
    const lease = ephemeral === true ? { lease: this.#begun.lease } : {}
    const create = { request_put: { key, value, ...lease } }
    const rewrite = { request_put: { key, value, ignore_lease: true } }
    const either = { request_txn: { compare: [isAbsent(key)], success: [create], failure: [rewrite] } }
    const write = ifRevision === "absent" ? create : rewrite
    const { responses } = await this.#transact(path, ifRevision, [
      ...this.#keys.above(path).map((above) => ({
        request_txn: { compare: [isAbsent(above)], success: [{ request_put: { key: above } }] },
      })),
      ifRevision === undefined ? either : write,
      { request_range: { key, keys_only: true } },
    ])
    const written = responses.at(-1)?.response_range.kvs[0]
    if (written === undefined)
      throw new CoordinationError("UNAVAILABLE", `etcd answered without ${path}; read it again`)
    return { ...this.nodeOf(path, written), data }
  }

  async remove(path: string, ifRevision: Revision | undefined): Promise<void> {
    const key = this.#keys.written(path)
    await this.#transact(path, ifRevision, [
      { request_delete_range: { key } },
      { request_delete_range: this.#keys.below(path) },
    ])
  }

  nodeOf(path: string, value: IKeyValue): Node {
    const mine = value.lease === this.#begun.lease
    return { path, data: value.value.toString(), revision: this.#revision(value), mine }
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
