import type {
  CoordinationBackend,
  Coordinator,
  Node,
  PutOptions,
  Revision,
  Session,
  SessionState,
} from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"
import { Latest } from "../../latest.ts"
import { MemoryTree } from "./memory-tree.ts"

/** Nodes in this process's memory, for the coordinators made in it: each has a session of its own. */
export interface MemorySpace extends CoordinationBackend {
  connect(): Promise<Coordinator>
  /** Ends a coordinator's session as a backend would that no longer hears of it. */
  expire(coordinator: Coordinator): void
}

/** Several sessions over the same nodes, for instances in one process and for tests. */
export function createMemorySpace(): MemorySpace {
  const tree = new MemoryTree()
  return {
    place: "memory",
    connect: async () => new MemoryCoordinator(tree),
    expire(coordinator) {
      if (coordinator instanceof MemoryCoordinator) coordinator.expire()
    },
  }
}

class MemoryCoordinator implements Coordinator {
  readonly session: Session
  readonly #tree: MemoryTree
  readonly #lost = new AbortController()

  constructor(tree: MemoryTree) {
    this.#tree = tree
    this.session = new MemorySession(this.#lost.signal)
  }

  async get(path: string): Promise<Node | undefined> {
    this.#alive()
    return this.#tree.get(path, this)
  }

  async children(path: string): Promise<readonly string[]> {
    this.#alive()
    return this.#tree.children(path)
  }

  async put(path: string, data: string, options: PutOptions = {}): Promise<Node> {
    this.#alive()
    return this.#tree.put(path, data, options, this)
  }

  async remove(path: string, options: { readonly ifRevision?: Revision } = {}): Promise<void> {
    this.#alive()
    this.#tree.remove(path, options.ifRevision)
  }

  async *watch(path: string, options: { readonly signal: AbortSignal }): AsyncGenerator<Node | undefined> {
    this.#alive()
    const latest = new Latest(this.#tree.get(path, this))
    const unwatch = this.#tree.onChange(path, () => latest.set(this.#tree.get(path, this)))
    try {
      yield* latest.read(AbortSignal.any([options.signal, this.session.lost]))
    } finally {
      unwatch()
    }
    if (!options.signal.aborted) this.#alive()
  }

  expire(): void {
    this.#tree.removeAllOf(this)
    this.#lost.abort(sessionLost())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.expire()
  }

  #alive(): void {
    if (this.#lost.signal.aborted) throw sessionLost()
  }
}

class MemorySession implements Session {
  /** Nobody but `expire` ends it. */
  readonly timeout = Infinity
  readonly lost: AbortSignal

  constructor(lost: AbortSignal) {
    this.lost = lost
  }

  get state(): SessionState {
    return this.lost.aborted ? "lost" : "connected"
  }

  async *states(options: { readonly signal: AbortSignal }): AsyncGenerator<SessionState> {
    const latest = new Latest<SessionState>(this.state)
    const changed = () => {
      latest.set("lost")
      latest.close()
    }
    if (this.lost.aborted) latest.close()
    else this.lost.addEventListener("abort", changed, { once: true })
    try {
      yield* latest.read(options.signal)
    } finally {
      this.lost.removeEventListener("abort", changed)
    }
  }
}

function sessionLost(): CoordinationError {
  return new CoordinationError("SESSION_LOST", "the coordination session is over; connect again")
}
