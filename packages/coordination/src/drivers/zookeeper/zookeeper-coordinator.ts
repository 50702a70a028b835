import { setTimeout as sleep } from "node:timers/promises"
import {
  CoordinationError,
  type Coordinator,
  type Node,
  type PutOptions,
  type Revision,
  type Session,
} from "../../coordinator.ts"
import { Latest } from "../../latest.ts"
import { ANSWER } from "./answer-code.ts"
import type { Answer, Connection } from "./wire/connection.ts"
import type { Stat } from "./wire/replies.ts"
import {
  ANY_VERSION,
  check,
  create,
  deleteNode,
  exists,
  getChildren,
  getData,
  multi,
  type NodeState,
  setData,
  sync,
} from "./wire/requests.ts"
import type { ZookeeperSession } from "./zookeeper-session.ts"

/** Bytes that a node may hold: ZooKeeper drops the connection of whoever sends a request of more than 1 MiB. */
const MOST_DATA = 1_000_000
/** Bytes of a delete within a multi, beside its path. */
const DELETE_SIZE = 17
/** Attempts before a node counts as one that others keep changing. */
const ATTEMPTS = 20
/** Milliseconds before a watch that had no answer asks again. */
const AGAIN = 500

/** A `Coordinator` over one ZooKeeper session. */
export class ZookeeperCoordinator implements Coordinator {
  readonly #session: ZookeeperSession
  readonly #chroot: string

  constructor(session: ZookeeperSession, chroot: string) {
    this.#session = session
    this.#chroot = chroot
  }

  get session(): Session {
    return this.#session.lease
  }

  /** Creates the node below which everything lies, where it is missing. */
  async createChroot(): Promise<void> {
    if (this.#chroot !== "") await this.#createAll(this.#chroot)
  }

  async get(path: string): Promise<Node | undefined> {
    return this.#read(path, (connection, full) => {
      void connection.ask(sync())
      return connection.ask(getData(full))
    })
  }

  async children(path: string): Promise<readonly string[]> {
    const full = this.#full(path)
    const { body: names = [] } = await this.#session.ask(`children of ${path}`, (connection) => {
      void connection.ask(sync())
      return connection.ask(getChildren(full))
    })
    return names.toSorted()
  }

  async put(path: string, data: string, options: PutOptions = {}): Promise<Node> {
    const { ifRevision, ephemeral = false } = options
    const bytes = Buffer.from(data, "utf8")
    if (bytes.length > MOST_DATA) {
      throw new CoordinationError(
        "REFUSED",
        `${path}: ${bytes.length} bytes are more than a ZooKeeper node holds`,
      )
    }
    if (ifRevision !== undefined && ifRevision !== "absent") {
      const version = await this.#expect(path, ifRevision)
      const set = await this.#set(path, data, bytes, version)
      // A node that was created anew since may be at the same version.
      if (set === undefined || creationOf(set.revision) !== creationOf(ifRevision))
        throw conflict(path, ifRevision)
      return set
    }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const set = ifRevision === "absent" ? undefined : await this.#set(path, data, bytes, ANY_VERSION)
      const node = set ?? (await this.#create(path, data, bytes, ephemeral))
      if (node !== undefined) return node
      if (ifRevision === "absent") throw conflict(path, ifRevision)
    }
    throw restless(path)
  }

  async remove(path: string, options: { readonly ifRevision?: Revision } = {}): Promise<void> {
    const { ifRevision } = options
    const version = ifRevision === undefined ? ANY_VERSION : await this.#expect(path, ifRevision)
    const isGone = await this.#delete(this.#full(path), version)
    if (!isGone) throw conflict(path, ifRevision ?? "any")
  }

  async *watch(path: string, options: { readonly signal: AbortSignal }): AsyncGenerator<Node | undefined> {
    const { lease, watches } = this.#session
    lease.assertAlive()
    const until = AbortSignal.any([options.signal, lease.lost])
    const changes = new Latest(undefined)
    const unwatch = watches.add(this.#full(path), () => changes.set(undefined))
    let told: Revision | undefined
    try {
      for await (const _change of changes.read(until)) {
        try {
          const node = await this.#watched(path)
          const state = node?.revision ?? "absent"
          if (until.aborted || state === told) continue
          told = state
          yield node
        } catch (error) {
          if (!(error instanceof CoordinationError) || !error.retryable) throw error
          await sleep(AGAIN, undefined, { signal: until }).catch(() => undefined)
          changes.set(undefined)
        }
      }
    } finally {
      unwatch()
    }
    if (!options.signal.aborted) lease.assertAlive()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.end()
  }

  /** A watch tells of the next change once: what changes after it is set is not missed. */
  async #watched(path: string): Promise<Node | undefined> {
    return this.#read(path, async (connection, full) => {
      const watching = connection.ask(exists(full, true))
      const read = await connection.ask(getData(full))
      const { code, why } = await watching
      return code === ANSWER.OK || code === ANSWER.NO_NODE ? read : { code, why }
    })
  }

  async #read(
    path: string,
    question: (connection: Connection, full: string) => Promise<Answer<NodeState>>,
  ): Promise<Node | undefined> {
    const full = this.#full(path)
    const { body } = await this.#session.ask(`reading ${path}`, (connection) => question(connection, full))
    return body === undefined ? undefined : this.#node(path, body.data, body.stat)
  }

  /** @returns the version of the node at this revision; throws `CONFLICT` where it is at another */
  async #expect(path: string, wanted: Revision): Promise<number> {
    const full = this.#full(path)
    const { body: stat } = await this.#session.ask(`reading ${path}`, (connection) => {
      void connection.ask(sync())
      return connection.ask(exists(full, false))
    })
    if ((stat === undefined ? "absent" : revisionOf(stat)) !== wanted) throw conflict(path, wanted)
    return stat?.version ?? ANY_VERSION
  }

  /** @returns `undefined` where the node does not exist or is at another version */
  async #set(path: string, data: string, bytes: Buffer, version: number): Promise<Node | undefined> {
    const full = this.#full(path)
    const { body: stat } = await this.#session.ask(`writing ${path}`, (connection) =>
      connection.ask(setData(full, bytes, version)),
    )
    return stat === undefined ? undefined : this.#node(path, data, stat)
  }

  /** @returns `undefined` where the node exists */
  async #create(path: string, data: string, bytes: Buffer, ephemeral: boolean): Promise<Node | undefined> {
    const full = this.#full(path)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { code, body: stat } = await this.#session.ask(`creating ${path}`, (connection) =>
        connection.ask(create(full, bytes, ephemeral)),
      )
      if (code === ANSWER.NODE_EXISTS) return undefined
      if (stat !== undefined) return this.#node(path, data, stat)
      await this.#createAll(above(full))
    }
    throw restless(path)
  }

  /** Creates a node and all above it that are missing, persistent and empty. */
  async #createAll(full: string): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { code } = await this.#session.ask(`creating ${full}`, (connection) =>
        connection.ask(create(full, Buffer.alloc(0), false)),
      )
      if (code !== ANSWER.NO_NODE) return
      await this.#createAll(above(full))
    }
    throw restless(full)
  }

  /** Deletes a node and all below it. @returns false where it is not there, or at another version, and a version is asked for */
  async #delete(full: string, version: number): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { code } = await this.#session.ask(`removing ${full}`, (connection) =>
        connection.ask(deleteNode(full, version)),
      )
      if (code === ANSWER.NO_NODE) return version === ANY_VERSION
      if (code !== ANSWER.NOT_EMPTY) return code === ANSWER.OK
      const done = await this.#deleteTree(full, version)
      if (done === ANSWER.OK) return true
      if (done === ANSWER.BAD_VERSION) return false
    }
    throw restless(full)
  }

  /**
   * Deletes a node and all below it: at once, unless that is more than one request holds, and nothing where the node is at
   * another version. @returns the code of what failed since somebody changed something meanwhile
   */
  async #deleteTree(full: string, version: number): Promise<number> {
    for (const part of inParts(await this.#tree(full))) {
      const deletes = part.map((path) => deleteNode(path, path === full ? version : ANY_VERSION))
      const isLast = part.at(-1) === full
      const all = isLast || version === ANY_VERSION ? deletes : [check(full, version), ...deletes]
      const { code } = await this.#session.ask(`removing ${full}`, async (connection) => {
        const { code: asked, body: failed = asked, why } = await connection.ask(multi(all))
        return { code: failed, why }
      })
      if (code !== ANSWER.OK) return code
    }
    return ANSWER.OK
  }

  /** A node and all below it, each after those below it. */
  async #tree(full: string): Promise<readonly string[]> {
    const { body: names = [] } = await this.#session.ask(`children of ${full}`, (connection) =>
      connection.ask(getChildren(full)),
    )
    const trees = await Promise.all(names.map((name) => this.#tree(`${full}/${name}`)))
    return [...trees.flat(), full]
  }

  #node(path: string, data: string, stat: Stat): Node {
    return { path, data, revision: revisionOf(stat), mine: stat.ephemeralOwner === this.#session.identity.id }
  }

  #full(path: string): string {
    return path === "/" ? this.#chroot || "/" : `${this.#chroot}${path}`
  }
}

/**
 * Deleted and created again a node is another one, though its version begins at 0 again; and in an ensemble that was set
 * up anew transactions are counted from the beginning.
 */
function revisionOf({ czxid, ctime, version }: Stat): Revision {
  return `${czxid}-${Number(ctime)}.${version}`
}

function creationOf(revision: Revision): string | undefined {
  return revision.split(".")[0]
}

/** Paths that fit into one request. */
function inParts(paths: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = []
  let size = Infinity
  for (const path of paths) {
    size += Buffer.byteLength(path) + DELETE_SIZE
    if (size <= MOST_DATA) parts.at(-1)?.push(path)
    else {
      size = Buffer.byteLength(path) + DELETE_SIZE
      parts.push([path])
    }
  }
  return parts
}

function above(full: string): string {
  return full.slice(0, full.lastIndexOf("/"))
}

function conflict(path: string, wanted: Revision): CoordinationError {
  return new CoordinationError("CONFLICT", `${path} is not at revision ${wanted}; read it again`)
}

function restless(path: string): CoordinationError {
  return new CoordinationError("UNAVAILABLE", `${path}: others keep changing what is above or below it`)
}
