import { CoordinationError } from "../../coordinator.ts"

/** Below it is what the driver itself keeps. */
const OWN = ".canal"

/** Which key a path is: the prefix, then the path. */
export class EtcdKeys {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** The node itself. @throws CoordinationError `REFUSED` for what is no path */
  node(path: string): Buffer {
    const isOwn = path === `/${OWN}` || path.startsWith(`/${OWN}/`)
    if (isOwn || !/^\/$|^(\/[^/]+)+$/.test(path))
      throw new CoordinationError("REFUSED", `${path} is no path of a node; write it as /otter/canal`)
    return this.#key(path)
  }

  /** A node that can be written and removed: not the root. */
  written(path: string): Buffer {
    if (path === "/") throw new CoordinationError("REFUSED", "the root node cannot be written or removed")
    return this.node(path)
  }

  /** The nodes above a node that are below the root. */
  above(path: string): readonly Buffer[] {
    const names = path.split("/").slice(1, -1)
    return names.map((_, index) => this.#key(`/${names.slice(0, index + 1).join("/")}`))
  }

  /** All nodes below a node, as a range. */
  below(path: string): { readonly key: Buffer; readonly range_end: Buffer } {
    this.node(path)
    const base = path === "/" ? "" : path
    // "0" is the character after the slash.
    return { key: this.#key(`${base}/`), range_end: this.#key(`${base}0`) }
  }

  /** Names of the nodes right below a node, of the keys of all below it. */
  children(path: string, keys: readonly Buffer[]): readonly string[] {
    const { length } = this.below(path).key
    return keys
      .map((key) => key.subarray(length).toString())
      .filter((name) => !name.includes("/") && name !== OWN)
      .sort()
  }

  /** Says which history the revisions belong to: it is another one after the data was lost. */
  epoch(): Buffer {
    return this.#key(`/${OWN}/epoch`)
  }

  /** Exists as long as the session. */
  session(lease: string): Buffer {
    return this.#key(`/${OWN}/sessions/${lease}`)
  }

  #key(path: string): Buffer {
    return Buffer.from(this.#prefix + path)
  }
}
