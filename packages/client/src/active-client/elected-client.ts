import { EventEmitter, once } from "node:events"
import {
  clientRunningNode,
  type CoordinationBackend,
  CoordinationError,
  type Coordinator,
  type Ownership,
  type RunningData,
  RunningNode,
  sessions,
  hostAddress,
} from "@canal/coordination"
import { ClientError } from "../errors.ts"
import type { RunningServer } from "../locate/running-server.ts"
import { publishNotice } from "../notices.ts"
import type { ActiveClient, Turn } from "./active-client.ts"
import { ElectedTurn } from "./elected-turn.ts"

export interface ElectedClientOptions {
  readonly backend: CoordinationBackend
  readonly destination: string
  readonly clientId: number
  /** Milliseconds for which others leave the node to an owner that vanished. */
  readonly protection: number
  /** Told where the server is while this process is active. */
  readonly server: RunningServer
  /** Ends the standing by; a turn lasts until `release`. */
  readonly signal: AbortSignal
}

/**
 * One of several processes that consume for one client: active while it holds the client's running node. Takes part in
 * the election from its making until `release`, in one session after the other.
 */
export class ElectedClient implements ActiveClient {
  readonly #options: ElectedClientOptions
  readonly #data: RunningData
  readonly #node: RunningNode
  readonly #released = new AbortController()
  readonly #changes = new EventEmitter()
  readonly #running: Promise<void>
  #turn: ElectedTurn | undefined
  /** Why this process cannot take part any more. */
  #failure: { readonly error: unknown } | undefined
  #standsBy = false

  constructor(options: ElectedClientOptions) {
    const { destination, clientId, protection, signal } = options
    this.#options = options
    this.#data = { active: true, address: hostAddress(), clientId }
    this.#node = new RunningNode({
      path: clientRunningNode(destination, clientId),
      data: this.#data,
      protection,
      onRunning: (running) => this.#tellStandby(running),
    })
    this.#running = this.#run(AbortSignal.any([signal, this.#released.signal]))
  }

  async turn(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#failure !== undefined) throw this.#failure.error
      if (this.#turn?.ended.aborted === false) return this.#turn
      await once(this.#changes, "changed", { signal }).catch(() => signal.throwIfAborted())
    }
  }

  async release(): Promise<void> {
    this.#released.abort()
    await this.#running
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { backend } = this.#options
    try {
      for await (const coordinator of sessions(backend, { signal })) await this.#contend(coordinator, signal)
    } catch (error) {
      this.#failure = { error: error instanceof CoordinationError ? this.#refused(error) : error }
      this.#changes.emit("changed")
    }
  }

  /** Takes part in one session. */
  async #contend(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
    for (;;) {
      const ownership = await this.#node.take(coordinator, signal)
      if (ownership === undefined) return
      try {
        if (!signal.aborted) await this.#own(coordinator, ownership)
      } finally {
        await ownership.release()
      }
    }
  }

  async #own(coordinator: Coordinator, ownership: Ownership): Promise<void> {
    const turn = new ElectedTurn(ownership, this.#data)
    const over = AbortSignal.any([turn.ended, this.#released.signal])
    if (this.#standsBy) publishNotice("info", `${this.#name} is active now`)
    this.#standsBy = false
    this.#turn = turn
    this.#changes.emit("changed")
    await this.#options.server.follow(coordinator, over)
    if (!over.aborted) await once(over, "abort")
    this.#turn = undefined
    if (turn.ended.aborted) publishNotice("info", `${this.#name} is not active here any more`)
  }

  #tellStandby(running: RunningData | undefined): void {
    if (running === undefined || this.#standsBy) return
    this.#standsBy = true
    publishNotice("info", `${this.#name} stands by: ${running.address} is active`)
  }

  #refused(cause: CoordinationError): ClientError {
    const message = `${this.#options.backend.place} refuses ${this.#name}: ${cause.message}`
    return new ClientError("COORDINATION_REFUSED", message, { cause })
  }

  get #name(): string {
    return `client ${this.#options.clientId} of destination ${this.#options.destination}`
  }
}
