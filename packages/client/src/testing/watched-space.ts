import { once } from "node:events"
import type {
  CoordinationBackend,
  Coordinator,
  Node,
  PutOptions,
  Revision,
  Session,
  SessionState,
} from "@canal/coordination"
import type { MemorySpace } from "@canal/coordination/memory"

/** One process's way to a memory space: counts what it asks for, and can be hurt. */
export interface WatchedSpace extends CoordinationBackend {
  /** Requests so far; a watch is one when it begins. */
  readonly requests: number
  /** Ends the present session as a backend would that no longer hears of it. */
  expire(): void
  /** From now on nobody answers, until `heal`: the session is suspended, and a new one is waited for. */
  suspend(): void
  heal(): void
}

export function watchedSpace(space: MemorySpace): WatchedSpace {
  let requests = 0
  let present: WatchedCoordinator | undefined
  let answering = Promise.withResolvers<void>()
  answering.resolve()
  return {
    place: space.place,
    get requests() {
      return requests
    },
    async connect(options) {
      const signal = options?.signal
      await Promise.race([answering.promise, ...(signal === undefined ? [] : [once(signal, "abort")])])
      signal?.throwIfAborted()
      present = new WatchedCoordinator(await space.connect(), () => {
        requests += 1
      })
      return present
    },
    expire() {
      if (present !== undefined) space.expire(present.inner)
    },
    suspend() {
      answering = Promise.withResolvers()
      present?.session.suspend(true)
    },
    heal() {
      answering.resolve()
      present?.session.suspend(false)
    },
  }
}

class WatchedCoordinator implements Coordinator {
  readonly inner: Coordinator
  readonly session: SuspendableSession
  readonly #asked: () => void

  constructor(inner: Coordinator, asked: () => void) {
    this.inner = inner
    this.session = new SuspendableSession(inner.session)
    this.#asked = asked
  }

  get(path: string): Promise<Node | undefined> {
    this.#asked()
    return this.inner.get(path)
  }

  children(path: string): Promise<readonly string[]> {
    this.#asked()
    return this.inner.children(path)
  }

  put(path: string, data: string, options?: PutOptions): Promise<Node> {
    this.#asked()
    return this.inner.put(path, data, options)
  }

  remove(path: string, options?: { readonly ifRevision?: Revision }): Promise<void> {
    this.#asked()
    return this.inner.remove(path, options)
  }

  watch(path: string, options: { readonly signal: AbortSignal }): AsyncIterable<Node | undefined> {
    this.#asked()
    return this.inner.watch(path, options)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.inner[Symbol.asyncDispose]()
  }
}

class SuspendableSession implements Session {
  readonly #inner: Session
  #isSuspended = false
  #changed = Promise.withResolvers<void>()

  constructor(inner: Session) {
    this.#inner = inner
    inner.lost.addEventListener("abort", () => this.#changed.resolve())
  }

  get timeout(): number {
    return this.#inner.timeout
  }

  get lost(): AbortSignal {
    return this.#inner.lost
  }

  get state(): SessionState {
    if (this.lost.aborted) return "lost"
    return this.#isSuspended ? "suspended" : "connected"
  }

  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  async *states({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<SessionState> {
    const aborted = Promise.withResolvers<void>()
    signal.addEventListener("abort", () => aborted.resolve())
    while (!signal.aborted) {
      const { state } = this
      const changed = this.#changed.promise
      yield state
      if (state === "lost") return
      await Promise.race([changed, aborted.promise])
    }
  }
}
