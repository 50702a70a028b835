import { CoordinationError, type Coordinator, type Node } from "@canal/coordination"
import { fenced, type Fence } from "./fence.ts"

/**
 * A node that only the owner of its destination writes: each write carries the revision that the one before it left, so
 * that it is refused once a later owner has rewritten the node.
 */
export class OwnedNode {
  readonly #coordinator: Coordinator
  readonly #fence: Fence
  #node: Node
  /** What was written in attempts that may or may not have been carried out. */
  #unanswered: string[] = []

  /** @param node as this owner has written it */
  constructor(coordinator: Coordinator, fence: Fence, node: Node) {
    this.#coordinator = coordinator
    this.#fence = fence
    this.#node = node
  }

  /** Whether it is known to hold this and nothing else. */
  holds(data: string): boolean {
    return this.#unanswered.length === 0 && this.#node.data === data
  }

  /** Writes what it holds once more: refused where a later owner has. */
  rewrite(): Promise<void> {
    return this.write(this.#node.data)
  }

  /** @throws CursorStoreError `FENCED`; CoordinationError where it may have been carried out or not */
  async write(data: string): Promise<void> {
    const { path } = this.#node
    try {
      this.#left(await this.#attempt(data))
    } catch (error) {
      if (!isConflict(error)) throw error
      const found = await this.#ownTrace()
      if (found === undefined) throw fenced(path)
      this.#left(found)
      await this.write(data)
    }
  }

  /** Removes it with all below. One that is gone is fine. @throws as `write` */
  async remove(): Promise<void> {
    const { path, revision } = this.#node
    try {
      await this.#coordinator.remove(path, { ifRevision: revision })
    } catch (error) {
      if (!isConflict(error)) throw error
      const isGone = (await this.#coordinator.get(path)) === undefined
      if (isGone && (await this.#fence.stands())) return
      const found = await this.#ownTrace()
      if (found === undefined) throw fenced(path)
      this.#left(found)
      await this.remove()
    }
  }

  async #attempt(data: string): Promise<Node> {
    try {
      return await this.#coordinator.put(this.#node.path, data, { ifRevision: this.#node.revision })
    } catch (error) {
      if (!isConflict(error)) this.#unanswered.push(data)
      throw error
    }
  }

  /**
   * The node where it holds what this owner wrote, although at another revision; `undefined` where it does not. That is
   * an attempt without an answer, or an earlier owner that was late to adopt the node. A later owner adopts it by
   * rewriting the very same bytes too, but raises the fence before: if the fence still stands after the node was read,
   * no later owner has touched it.
   */
  async #ownTrace(): Promise<Node | undefined> {
    const found = await this.#coordinator.get(this.#node.path)
    if (found === undefined || ![this.#node.data, ...this.#unanswered].includes(found.data)) return undefined
    return (await this.#fence.stands()) ? found : undefined
  }

  /** All attempts carried the revision before this one: none of them can be carried out any more. */
  #left(node: Node): void {
    this.#node = node
    this.#unanswered = []
  }
}

export function isConflict(error: unknown): boolean {
  return error instanceof CoordinationError && error.code === "CONFLICT"
}
