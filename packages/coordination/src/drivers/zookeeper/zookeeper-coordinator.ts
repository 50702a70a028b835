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
import type { NativeClient, Stat } from "./native-client.ts"
import type { ZookeeperSession } from "./zookeeper-session.ts"

/** Bytes that a node may hold: ZooKeeper drops the connection of whoever sends a request of more than 1 MiB. */
const MOST_DATA = 1_000_000
/** Attempts before a node counts as one that others keep changing. */
const ATTEMPTS = 20
/** Milliseconds before a watch that had no answer asks again. */
const AGAIN = 500
const ANY_VERSION = -1
/** Of a node that was gone before its state could be read: no node is at it. */
const GONE: Revision = "gone"

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
    return this.#read(path, async (client, full) => {
      void client.sync()
      return client.get(full)
    })
  }

  async children(path: string): Promise<readonly string[]> {
    const full = this.#full(path)
    const { names = [] } = await this.#session.ask(`children of ${path}`, (client) => {
      void client.sync()
      return client.children(full)
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

  /** The native library tells of the next change once: what changes after the watch is set is not missed. */
  async #watched(path: string): Promise<Node | undefined> {
    return this.#read(path, async (client, full) => {
      const watching = client.exists(full, true)
      const read = await client.get(full)
      const { code } = await watching
      return code === ANSWER.OK || code === ANSWER.NO_NODE ? read : { code }
    })
  }

  async #read(
    path: string,
    question: (client: NativeClient, full: string) => ReturnType<NativeClient["get"]>,
  ): Promise<Node | undefined> {
    const full = this.#full(path)
    const { stat, data = "" } = await this.#session.ask(`reading ${path}`, (client) => question(client, full))
    return stat === undefined ? undefined : this.#node(path, data, stat)
  }

  /** @returns the version of the node at this revision; throws `CONFLICT` where it is at another */
  async #expect(path: string, wanted: Revision): Promise<number> {
    const full = this.#full(path)
    const { stat } = await this.#session.ask(`reading ${path}`, (client) => {
      void client.sync()
      return client.exists(full, false)
    })
    if ((stat === undefined ? "absent" : revisionOf(stat)) !== wanted) throw conflict(path, wanted)
    return stat?.version ?? ANY_VERSION
  }

  /** @returns `undefined` where the node does not exist or is at another version */
  async #set(path: string, data: string, bytes: Buffer, version: number): Promise<Node | undefined> {
    const full = this.#full(path)
    const { stat } = await this.#session.ask(`writing ${path}`, (client) => client.set(full, bytes, version))
    return stat === undefined ? undefined : this.#node(path, data, stat)
  }

  /** @returns `undefined` where the node exists */
  async #create(path: string, data: string, bytes: Buffer, ephemeral: boolean): Promise<Node | undefined> {
    const full = this.#full(path)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // Asked in one go, so that hardly anybody can change it between the two.
      const { code, stat } = await this.#session.ask(`creating ${path}`, async (client) => {
        const creating = client.create(full, bytes, ephemeral)
        const reading = client.exists(full, false)
        const created = await creating
        return created.code === ANSWER.OK ? { ...(await reading), code: ANSWER.OK } : created
      })
      if (code === ANSWER.NODE_EXISTS) return undefined
      if (code === ANSWER.OK) {
        if (stat === undefined) return { path, data, revision: GONE, mine: false }
        return this.#node(path, data, { ...stat, version: 0 })
      }
      await this.#createAll(above(full))
    }
    throw restless(path)
  }

  /** Creates a node and all above it that are missing, persistent and empty. */
  async #createAll(full: string): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { code } = await this.#session.ask(`creating ${full}`, (client) =>
        client.create(full, Buffer.alloc(0), false),
      )
      if (code !== ANSWER.NO_NODE) return
      await this.#createAll(above(full))
    }
    throw restless(full)
  }

  /** Deletes a node and all below it. @returns false where it is not there, or at another version, and a version is asked for */
  async #delete(full: string, version: number): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { code } = await this.#session.ask(`removing ${full}`, (client) => client.delete(full, version))
      if (code === ANSWER.NO_NODE) return version === ANY_VERSION
      if (code !== ANSWER.NOT_EMPTY) return code === ANSWER.OK
      const { names = [] } = await this.#session.ask(`children of ${full}`, (client) => client.children(full))
      await Promise.all(names.map((name) => this.#delete(`${full}/${name}`, ANY_VERSION)))
    }
    throw restless(full)
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

function above(full: string): string {
  return full.slice(0, full.lastIndexOf("/"))
}

function conflict(path: string, wanted: Revision): CoordinationError {
  return new CoordinationError("CONFLICT", `${path} is not at revision ${wanted}; read it again`)
}

function restless(path: string): CoordinationError {
  return new CoordinationError("UNAVAILABLE", `${path}: others keep changing what is above or below it`)
}
