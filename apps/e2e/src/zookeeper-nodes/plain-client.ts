import type { Address } from "@canal/testbed"
import ZooKeeper from "zookeeper"

/** A node as ZooKeeper has it. */
export interface PlainNode {
  readonly path: string
  readonly kind: "persistent" | "ephemeral"
  readonly data: string
  /** How often its data was written since it was created. */
  readonly version: number
}

const OK = 0
const NO_NODE = -101
const ANY_VERSION = -1
const EPHEMERAL = 1

/** The npm package `zookeeper` and nothing of ours: what it sees and writes is what anybody else sees and writes. */
export class PlainClient implements Disposable {
  readonly #native = new ZooKeeper({})

  private constructor(connect: string) {
    this.#native.init({ connect, timeout: 20_000, debug_level: 0, host_order_deterministic: true })
  }

  /** @param chroot below which everything lies, such as `/one`; it must exist */
  static async connect({ host, port }: Address, chroot = ""): Promise<PlainClient> {
    const client = new PlainClient(`${host}:${port}${chroot}`)
    const { promise, resolve } = Promise.withResolvers<void>()
    client.#native.once("connect", () => setImmediate(resolve))
    await promise
    return client
  }

  /** `undefined` where there is none. */
  async get(path: string): Promise<PlainNode | undefined> {
    return asked<PlainNode>(`get ${path}`, (answer) =>
      this.#native.a_get(path, false, (code, _text, stat, data: unknown) => {
        answer(code, code === OK ? nodeOf(path, stat, data) : undefined)
      }),
    )
  }

  /** The node and all below it, by path. */
  async tree(path: string): Promise<readonly PlainNode[]> {
    const node = await this.get(path)
    const names = await asked<readonly string[]>(`children of ${path}`, (answer) =>
      this.#native.a_get_children(path, false, (code, _text, children: unknown) => {
        answer(code, Array.isArray(children) ? children.map(String) : [])
      }),
    )
    const below = (names ?? []).toSorted().map((name) => this.tree(`${path}/${name}`))
    return [...(node === undefined ? [] : [node]), ...(await Promise.all(below)).flat()]
  }

  /** Creates a node, and what is missing above it. */
  async create(path: string, data = "", kind: PlainNode["kind"] = "persistent"): Promise<void> {
    const above = path.slice(0, path.lastIndexOf("/"))
    if (above !== "" && (await this.get(above)) === undefined) await this.create(above)
    const flags = kind === "ephemeral" ? EPHEMERAL : 0
    await asked(`create ${path}`, (answer) =>
      this.#native.a_create(path, Buffer.from(data), flags, (code) => answer(code, undefined)),
    )
  }

  async remove(path: string): Promise<void> {
    await asked(`remove ${path}`, (answer) =>
      this.#native.a_delete_(path, ANY_VERSION, (code) => answer(code, undefined)),
    )
  }

  /** Tells each state of a node that it gets to see, `undefined` while there is none, beginning with the present one. */
  follow(path: string, told: (data: string | undefined) => void): void {
    const look = (): void => {
      this.#native.aw_exists(
        path,
        () => setImmediate(look),
        () => undefined,
      )
      this.#native.a_get(path, false, (code, _text, stat, data: unknown) => {
        if (code === OK || code === NO_NODE) told(code === OK ? nodeOf(path, stat, data).data : undefined)
      })
    }
    look()
  }

  [Symbol.dispose](): void {
    this.#native.close()
  }
}

function nodeOf(path: string, stat: unknown, data: unknown): PlainNode {
  const { ephemeralOwner, version } = fields(stat)
  return {
    path,
    kind: /^0*$/.test(ephemeralOwner) ? "persistent" : "ephemeral",
    data: data instanceof Uint8Array ? Buffer.from(data).toString("utf8") : "",
    version,
  }
}

function fields(stat: unknown): { readonly ephemeralOwner: string; readonly version: number } {
  if (typeof stat !== "object" || stat === null || !("ephemeralOwner" in stat) || !("version" in stat)) {
    throw new Error(`ZooKeeper says nothing of the node: ${JSON.stringify(stat)}`)
  }
  return { ephemeralOwner: String(stat.ephemeralOwner), version: Number(stat.version) }
}

/** @returns `undefined` where there is no such node */
async function asked<T>(
  what: string,
  start: (answer: (code: number, result: T | undefined) => void) => unknown,
): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
  // Outside of the library's own call, as it is not made to be called from there.
  start((code, result) =>
    setImmediate(() => {
      if (code === OK) resolve(result)
      else if (code === NO_NODE) resolve(undefined)
      else reject(new Error(`${what}: ZooKeeper answers ${code}`))
    }),
  )
  return promise
}
