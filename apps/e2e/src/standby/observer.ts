import {
  type CoordinationBackend,
  type Coordinator,
  cursorNode,
  destinationNode,
  parseRunning,
  serverRunningNode,
  sessions,
} from "@canal/coordination"

/** A node as it was from a moment on. */
export interface Sighting {
  /** Milliseconds since 1970. */
  readonly at: number
  /** `undefined` while there is none. */
  readonly data: string | undefined
  readonly revision: string | undefined
}

/** Somebody with a session of its own who sees what becomes of a destination's nodes. */
export class Observer implements AsyncDisposable {
  /** What the running node was, the present state last. */
  readonly running: Sighting[] = []
  /** What the client's cursor was, the present state last. */
  readonly cursor: Sighting[] = []
  readonly #destination: string
  readonly #ended = new AbortController()
  readonly #watching: Promise<void>
  #coordinator: Coordinator | undefined

  constructor(backend: CoordinationBackend, destination: string, clientId: number) {
    this.#destination = destination
    this.#watching = this.#watch(backend, clientId)
  }

  /** The address of the server that runs the destination. */
  get owner(): string | undefined {
    return ownerOf(this.running.at(-1))
  }

  /** The servers that could run it. */
  async servers(): Promise<readonly string[]> {
    return (await this.#coordinator?.children(`${destinationNode(this.#destination)}/cluster`)) ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#watching
  }

  async #watch(backend: CoordinationBackend, clientId: number): Promise<void> {
    const { signal } = this.#ended
    for await (const coordinator of sessions(backend, { signal })) {
      this.#coordinator = coordinator
      const until = AbortSignal.any([signal, coordinator.session.lost])
      const note = async (path: string, sightings: Sighting[]): Promise<void> => {
        for await (const node of coordinator.watch(path, { signal: until })) {
          sightings.push({ at: Date.now(), data: node?.data, revision: node?.revision })
        }
      }
      await Promise.allSettled([
        note(serverRunningNode(this.#destination), this.running),
        note(cursorNode(this.#destination, clientId), this.cursor),
      ])
    }
  }
}

/** Whom a running node names. */
export function ownerOf(sighting: Sighting | undefined): string | undefined {
  return sighting?.data === undefined ? undefined : parseRunning(sighting.data)?.address
}
