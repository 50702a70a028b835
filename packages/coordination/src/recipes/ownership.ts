import type { Coordinator, Node, SessionState } from "../coordinator.ts"
import { formatRunning, parseRunning, type RunningData } from "./running-data.ts"
import { untilConnected, whileConnected } from "./until-connected.ts"

/** Milliseconds that a released node stays for a standby to see; then its owner removes it. */
const SHOWN = 300

/** A running node that this session holds. */
export class Ownership {
  /**
   * Aborted when the node is to be let go or is not held any more: an operator wrote `active:false` or removed it, or the
   * session is lost. Then stop what it was held for, and call `release`.
   */
  readonly ended: AbortSignal
  readonly #coordinator: Coordinator
  readonly #released: () => void
  readonly #over = new AbortController()
  readonly #watched = new AbortController()
  readonly #watching: Promise<void>
  #node: Node
  #data: RunningData

  /** @param released told when the node is let go, by this process's own will or an operator's */
  constructor(coordinator: Coordinator, node: Node, data: RunningData, released: () => void) {
    this.#coordinator = coordinator
    this.#node = node
    this.#data = data
    this.#released = released
    this.ended = AbortSignal.any([this.#over.signal, coordinator.session.lost])
    this.#watching = this.#watch()
  }

  /** Whether what it is held for may be done at this moment: only while `connected`. */
  get state(): SessionState {
    return this.ended.aborted ? "lost" : this.#coordinator.session.state
  }

  /** Each state from now on; begins with the present one, and ends with `lost`. */
  async *states(options: { readonly signal: AbortSignal }): AsyncGenerator<SessionState, void, void> {
    const signal = AbortSignal.any([options.signal, this.ended])
    for await (const state of this.#coordinator.session.states({ signal })) yield state
    if (this.ended.aborted && !options.signal.aborted) yield "lost"
  }

  /** Whether a node is as this ownership left it. */
  wrote(node: Node): boolean {
    return node.revision === this.#node.revision
  }

  /** Changes what the node says of its owner. Nothing is written once it has ended, or over an operator's word. */
  async rewrite(data: RunningData): Promise<void> {
    await untilConnected(this.#coordinator, this.ended, async () => {
      if (parseRunning(this.#node.data)?.active === false) return
      this.#data = data
      await this.#put(data)
    })
  }

  /**
   * Lets go of it, when what it was held for has stopped: others take over at once. Resolves when the node is gone, or
   * when the backend does not answer: then it goes with the session. A node that is somebody else's by then is left alone.
   */
  async release(): Promise<void> {
    this.#over.abort()
    await this.#stopWatching()
    await whileConnected(this.#coordinator, async () => {
      const node = await this.#coordinator.get(this.#node.path)
      if (node?.mine !== true) return
      this.#released()
      this.#node = node
      await this.#put({ ...this.#data, active: false, released: true })
      await this.#shown()
      const left = await this.#coordinator.get(this.#node.path)
      if (left?.mine === true) await this.#coordinator.remove(left.path, { ifRevision: left.revision })
    })
  }

  async #put(data: RunningData): Promise<void> {
    const { path, revision } = this.#node
    const options = { ifRevision: revision, ephemeral: true }
    try {
      this.#node = await this.#coordinator.put(path, formatRunning(data), options)
    } catch (error) {
      const node = await this.#coordinator.get(path)
      if (node?.mine === true) this.#node = node
      throw error
    }
  }

  /** Waits until a standby has removed the node, or nobody did. */
  async #shown(): Promise<void> {
    const time = new AbortController()
    const timer = setTimeout(() => time.abort(), SHOWN)
    const signal = AbortSignal.any([time.signal, this.#coordinator.session.lost])
    try {
      for await (const node of this.#coordinator.watch(this.#node.path, { signal })) {
        if (node?.mine !== true) return
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the ownership as soon as the node is not this session's or says that it should be let go. */
  async #watch(): Promise<void> {
    const { session } = this.#coordinator
    const signal = AbortSignal.any([this.#watched.signal, session.lost])
    try {
      await untilConnected(this.#coordinator, signal, () => this.#held(signal))
      this.#over.abort()
    } catch (error) {
      this.#over.abort(error)
    }
  }

  /** Resolves when the node is not this session's any more or says that it should be let go. */
  async #held(signal: AbortSignal): Promise<void> {
    for await (const node of this.#coordinator.watch(this.#node.path, { signal })) {
      if (node?.mine !== true) return
      if (parseRunning(node.data)?.active === false) {
        this.#released()
        return
      }
    }
  }

  async #stopWatching(): Promise<void> {
    this.#watched.abort()
    await this.#watching
  }
}
