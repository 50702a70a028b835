/** Who wants to know when which node changes. */
export class Watches {
  readonly #watchers = new Map<string, Set<() => void>>()

  /** Calls back after each change of a node, until the returned function is called. */
  add(path: string, changed: () => void): () => void {
    const watchers = this.#watchers.get(path) ?? new Set()
    this.#watchers.set(path, watchers.add(changed))
    return () => {
      watchers.delete(changed)
      if (watchers.size === 0 && this.#watchers.get(path) === watchers) this.#watchers.delete(path)
    }
  }

  changed(path: string): void {
    for (const changed of this.#watchers.get(path) ?? []) changed()
  }

  /** Nobody knows what changed meanwhile. */
  allChanged(): void {
    for (const watchers of this.#watchers.values()) for (const changed of watchers) changed()
  }
}
