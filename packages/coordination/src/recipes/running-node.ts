import { CoordinationError, type Coordinator, type Node } from "../coordinator.ts"
import { Ownership } from "./ownership.ts"
import { formatRunning, parseRunning, type RunningData } from "./running-data.ts"
import { untilConnected } from "./until-connected.ts"

export interface RunningNodeOptions {
  readonly path: string
  /** Who takes it; written as the node's content. */
  readonly data: RunningData
  /**
   * Milliseconds for which everybody but the last owner leaves a node alone that vanished without having been handed
   * over: the owner may be back in a moment.
   */
  readonly protection: number
  /** Milliseconds to wait besides, asked each time: who has much to do already lets others go first. */
  readonly handicap?: () => number
  /** Told who is active, as often as that changes; `undefined` while nobody is. */
  readonly onRunning?: (running: RunningData | undefined) => void
}

/**
 * Canal's election: of all that want to be active, the one is that holds the running node; the others watch it. An owner
 * that stops marks the node as released, so that the next one need not wait out the protection time. It serves one session
 * after the other and remembers over them who was active last.
 */
export class RunningNode {
  readonly #options: RunningNodeOptions
  /** What was last seen in the node; `undefined` before there was one. */
  #seen: RunningData | undefined
  /** What this process held last, where it did not let go of it: then it was the last owner, as far as it knows. */
  #owned: Ownership | undefined

  constructor(options: RunningNodeOptions) {
    this.#options = options
  }

  /** Whether this process was the last to be active, as far as it knows, and did not let go by its own or anybody's will. */
  get wasOwner(): boolean {
    return this.#owned !== undefined
  }

  /**
   * Stands by until the node is this session's own; then the caller must `release` it.
   * @returns `undefined` when the signal is aborted or the session is lost before
   */
  async take(coordinator: Coordinator, signal: AbortSignal): Promise<Ownership | undefined> {
    const until = AbortSignal.any([signal, coordinator.session.lost])
    let taken: Node | undefined
    await untilConnected(coordinator, until, async () => {
      taken = await this.#stand(coordinator, until)
    })
    if (taken === undefined) return undefined
    this.#seen = this.#options.data
    this.#owned = new Ownership(coordinator, taken, this.#options.data, () => {
      this.#owned = undefined
    })
    return this.#owned
  }

  async #stand(coordinator: Coordinator, until: AbortSignal): Promise<Node | undefined> {
    const { path, data } = this.#options
    while (!until.aborted) {
      const own = await this.#vacancy(coordinator, until)
      if (own !== undefined) return own
      if (await this.#reappears(coordinator, this.#delay(), until)) continue
      if (until.aborted) return undefined
      try {
        return await coordinator.put(path, formatRunning(data), {
          ifRevision: "absent",
          ephemeral: true,
        })
      } catch (error) {
        if (!(error instanceof CoordinationError) || error.code !== "CONFLICT") throw error
      }
    }
    return undefined
  }

  /** Waits until nobody holds the node. @returns the node, where an attempt without an answer had made it after all */
  async #vacancy(coordinator: Coordinator, until: AbortSignal): Promise<Node | undefined> {
    const { path, onRunning } = this.#options
    for await (const node of coordinator.watch(path, { signal: until })) {
      if (node?.mine === true) return node
      const running = node === undefined ? undefined : parseRunning(node.data)
      onRunning?.(running)
      if (node === undefined) return undefined
      this.#seen = running
      if (this.#owned?.wrote(node) !== true) this.#owned = undefined
      if (running?.released === true) await this.#clear(coordinator, node)
    }
    return undefined
  }

  /** Its owner is done with it and waits for somebody to see that. */
  async #clear(coordinator: Coordinator, node: Node): Promise<void> {
    try {
      await coordinator.remove(node.path, { ifRevision: node.revision })
    } catch (error) {
      if (!(error instanceof CoordinationError) || error.code !== "CONFLICT") throw error
    }
  }

  #delay(): number {
    const { protection, handicap } = this.#options
    if (this.wasOwner) return 0
    const vanished = this.#seen !== undefined && this.#seen.released !== true
    return (vanished ? protection : 0) + (handicap?.() ?? 0)
  }

  /** Whether somebody takes the node within so many milliseconds. */
  async #reappears(coordinator: Coordinator, milliseconds: number, until: AbortSignal): Promise<boolean> {
    if (milliseconds === 0) return false
    const time = new AbortController()
    const timer = setTimeout(() => time.abort(), milliseconds)
    try {
      const signal = AbortSignal.any([until, time.signal])
      for await (const node of coordinator.watch(this.#options.path, { signal })) {
        if (node !== undefined) return true
      }
      return false
    } finally {
      clearTimeout(timer)
    }
  }
}
