import { once } from "node:events"
import {
  type Coordinator,
  destinationClusterNode,
  keepNode,
  type Ownership,
  type RunningData,
  RunningNode,
  serverRunningNode,
} from "@canal/coordination"
import type { CursorStore } from "@canal/cursor-store"
import { Instance } from "../instance/instance.ts"
import { publishNotice } from "../notices.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import type { DestinationOptions } from "./destination-options.ts"
import { instanceOptions } from "./instance-options.ts"
import { mendLostCursors } from "./lost-cursors.ts"
import { patiently } from "./patiently.ts"
import type { ServedDestinations } from "./served-destinations.ts"
import { sourceFailed } from "./source-failed.ts"

/** Where a destination's reading of its source began. */
export interface Started {
  readonly destination: string
  readonly position: StreamPosition
}

/** What a destination shares with the others of its server. */
export interface DestinationContext {
  /** `host:port` under which clients and other servers know this one. */
  readonly address: string
  /** Milliseconds for which a vanished owner may come back. */
  readonly protection: number
  readonly served: ServedDestinations
  readonly onStarted: (started: Started) => void
  /** It is not run here any more until somebody does something. */
  readonly onFailed: (error: unknown) => void
}

/**
 * Milliseconds that a server waits besides for each destination that it runs already, and up to so many by chance, so that
 * a cluster spreads its destinations.
 */
const HANDICAP = 50

/** A destination that this server can run, and does while it is its owner; it stands by else. */
export class Destination {
  readonly #options: DestinationOptions
  readonly #context: DestinationContext
  readonly #running: RunningNode
  /** Whether this server took part in a session before. */
  #known = false
  #failed = false
  #toldRunning: string | undefined

  constructor(options: DestinationOptions, context: DestinationContext) {
    const { address, protection, served } = context
    this.#options = options
    this.#context = context
    this.#running = new RunningNode({
      path: serverRunningNode(options.name),
      data: { active: true, address },
      protection,
      handicap: () => (served.size + Math.random()) * HANDICAP,
      onRunning: (running) => this.#standBy(running),
    })
    served.expect(options.name)
  }

  /**
   * Takes part in one session: runs the destination whenever this server is its owner, until the signal is aborted or the
   * session is lost. After a failure that waiting does not mend it takes part no more.
   */
  async stand(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
    if (this.#failed) return
    const until = AbortSignal.any([signal, coordinator.session.lost])
    try {
      await this.#mend(coordinator, until)
      await this.#contend(coordinator, signal, until)
    } catch (error) {
      this.#failed = true
      this.#context.onFailed(error)
    }
  }

  /** Says that it is there for as long as it competes. */
  async #contend(coordinator: Coordinator, signal: AbortSignal, until: AbortSignal): Promise<void> {
    const left = new AbortController()
    const path = destinationClusterNode(this.#options.name, this.#context.address)
    const kept = keepNode(coordinator, path, { signal: AbortSignal.any([until, left.signal]) })
    try {
      for (;;) {
        const ownership = await this.#running.take(coordinator, until)
        if (ownership === undefined) return
        try {
          await this.#own(coordinator, ownership, signal)
        } finally {
          await ownership.release()
        }
      }
    } finally {
      left.abort()
      await kept
    }
  }

  /** Cursors that the backend has lost since the session before come back first. */
  async #mend(coordinator: Coordinator, until: AbortSignal): Promise<void> {
    const { name, cursors } = this.#options
    if (this.#known) {
      const { wasOwner } = this.#running
      await patiently(until, () =>
        mendLostCursors(coordinator, { destination: name, cursors, wasOwner, until }),
      )
    }
    this.#known = true
  }

  async #own(coordinator: Coordinator, ownership: Ownership, signal: AbortSignal): Promise<void> {
    const { name } = this.#options
    const { served } = this.#context
    const until = AbortSignal.any([signal, ownership.ended])
    served.set(name, ownership)
    this.#toldRunning = undefined
    try {
      const cursors = await patiently(until, () => this.#options.cursors.open(coordinator))
      if (cursors !== undefined) await this.#run(cursors, ownership, until)
    } finally {
      served.delete(name)
    }
    if (!signal.aborted) publishNotice("warning", `destination ${name} is not run here any more`)
  }

  async #run(cursors: CursorStore, ownership: Ownership, until: AbortSignal): Promise<void> {
    const { name } = this.#options
    const { served } = this.#context
    const instance = await Instance.open(instanceOptions(this.#options, cursors, ownership))
    const failed = Promise.withResolvers<never>()
    try {
      served.set(name, ownership, instance.delivery)
      instance.start((error) => failed.reject(sourceFailed(instance, error)))
      void this.#tellStarted(instance, until)
      void this.#followStates(ownership, instance, until)
      await Promise.race([failed.promise, aborted(until)])
    } finally {
      instance.delivery.stop()
      served.delete(name)
      await closing(async () => {
        try {
          await instance.close()
        } finally {
          await cursors[Symbol.asyncDispose]()
        }
      }, ownership)
    }
  }

  /** While the session is suspended clients wait; they go on when it is not. */
  async #followStates(ownership: Ownership, instance: Instance, until: AbortSignal): Promise<void> {
    for await (const _ of ownership.states({ signal: until })) {
      this.#context.served.changed()
      instance.delivery.wake()
    }
  }

  async #tellStarted(instance: Instance, until: AbortSignal): Promise<void> {
    const destination = this.#options.name
    const position = await instance.position(until).catch(() => undefined)
    if (position === undefined) return
    const place = `${position.file}:${position.offset}`
    publishNotice("info", `ready: destination ${destination} follows ${instance.sourceName} from ${place}`)
    this.#context.onStarted({ destination, position })
  }

  #standBy(running: RunningData | undefined): void {
    if (running === undefined || running.released === true) return
    this.#context.served.delete(this.#options.name)
    if (running.address === this.#toldRunning) return
    this.#toldRunning = running.address
    const { name } = this.#options
    publishNotice("info", `standing by: destination ${name} is run by ${running.address}`)
    if (running.address === this.#context.address) {
      publishNotice(
        "warning",
        `that is this server's own address: it ran destination ${name} in a session that has not ended yet, or another server has the same address; give each its own with --advertise and --port`,
      )
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort")
}

/** Makes the cursors durable. Who has lost its destination cannot, and need not: the next owner delivers again. */
async function closing(close: () => Promise<void>, ownership: Ownership): Promise<void> {
  try {
    await close()
  } catch (error) {
    if (ownership.state !== "lost") throw error
    const reason = error instanceof Error ? error.message : String(error)
    publishNotice("warning", `what was acknowledged last may be delivered again by the next owner: ${reason}`)
  }
}
