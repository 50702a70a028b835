import { destinationNode, type Coordinator, type Revision } from "@canal/coordination"
import { CursorStoreError } from "../cursor-store.ts"

/**
 * Tells the owners of a destination apart: each rewrites the destination's node, with the content it has, before it
 * touches anything below. While the node is as an owner left it, no later owner has begun.
 */
export class Fence {
  readonly #coordinator: Coordinator
  readonly #path: string
  readonly #revision: Revision

  private constructor(coordinator: Coordinator, path: string, revision: Revision) {
    this.#coordinator = coordinator
    this.#path = path
    this.#revision = revision
  }

  static async raise(coordinator: Coordinator, destination: string): Promise<Fence> {
    const path = destinationNode(destination)
    const before = await coordinator.get(path)
    const { revision } = await coordinator.put(path, before?.data ?? "")
    return new Fence(coordinator, path, revision)
  }

  /** Whether no later owner had begun when it was asked. */
  async stands(): Promise<boolean> {
    return (await this.#coordinator.get(this.#path))?.revision === this.#revision
  }

  /** @throws CursorStoreError `FENCED` */
  async assertStands(): Promise<void> {
    if (!(await this.stands())) throw fenced(this.#path)
  }
}

/** @param path the node by which it was seen */
export function fenced(path: string): CursorStoreError {
  return new CursorStoreError(
    "FENCED",
    `${path} was changed by somebody else, who owns the destination now: what clients acknowledge here no longer moves their cursors`,
  )
}
