import type { Node, PutOptions, Revision } from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"

/** Who owns an ephemeral node. Compared by identity. */
export type Owner = object

interface StoredNode {
  readonly data: string
  readonly revision: Revision
  /** Of an ephemeral node. */
  readonly owner: Owner | undefined
}

/** The nodes that all memory coordinators of one space share. Everything happens at once and in order. */
export class MemoryTree {
  readonly #nodes = new Map<string, StoredNode>()
  readonly #watchers = new Map<string, Set<() => void>>()
  #revisions = 0

  get(path: string, reader: Owner): Node | undefined {
    const stored = this.#nodes.get(path)
    if (stored === undefined) return undefined
    const { data, revision, owner } = stored
    return { path, data, revision, mine: owner === reader }
  }

  children(path: string): readonly string[] {
    const prefix = `${path === "/" ? "" : path}/`
    return [...this.#nodes.keys()]
      .filter((each) => each.startsWith(prefix) && !each.includes("/", prefix.length))
      .map((each) => each.slice(prefix.length))
      .sort()
  }

  put(path: string, data: string, options: PutOptions, owner: Owner): Node {
    this.#expect(path, options.ifRevision)
    for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) {
      const above = path.slice(0, end)
      if (!this.#nodes.has(above)) this.#write(above, "", undefined)
    }
    const existing = this.#nodes.get(path)
    const created = options.ephemeral === true ? owner : undefined
    const stored = this.#write(path, data, existing === undefined ? created : existing.owner)
    return { path, data, revision: stored.revision, mine: stored.owner === owner }
  }

  remove(path: string, ifRevision: Revision | undefined): void {
    this.#expect(path, ifRevision)
    for (const each of this.#nodes.keys()) {
      if (each === path || each.startsWith(`${path}/`)) this.#delete(each)
    }
  }

  /** Removes the ephemeral nodes of an owner. */
  removeAllOf(owner: Owner): void {
    for (const [path, stored] of this.#nodes) if (stored.owner === owner) this.#delete(path)
  }

  /** Calls back after each change of a node, until the returned function is called. */
  onChange(path: string, changed: () => void): () => void {
    const watchers = this.#watchers.get(path) ?? new Set()
    this.#watchers.set(path, watchers.add(changed))
    return () => {
      watchers.delete(changed)
      if (watchers.size === 0 && this.#watchers.get(path) === watchers) this.#watchers.delete(path)
    }
  }

  #expect(path: string, wanted: Revision | undefined): void {
    if (wanted === undefined) return
    const found = this.#nodes.get(path)?.revision ?? "absent"
    if (found === wanted) return
    throw new CoordinationError("CONFLICT", `${path} is at revision ${found}, not ${wanted}; read it again`)
  }

  #write(path: string, data: string, owner: Owner | undefined): StoredNode {
    this.#revisions += 1
    const stored = { data, revision: String(this.#revisions), owner }
    this.#nodes.set(path, stored)
    this.#announce(path)
    return stored
  }

  #delete(path: string): void {
    this.#nodes.delete(path)
    this.#announce(path)
  }

  #announce(path: string): void {
    for (const changed of this.#watchers.get(path) ?? []) changed()
  }
}
