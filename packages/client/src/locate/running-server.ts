import { EventEmitter, once } from "node:events"
import {
  type Coordinator,
  type Node,
  parseRunning,
  serverRunningNode,
  untilConnected,
} from "@canal/coordination"
import { ClientError } from "../errors.ts"
import { publishNotice } from "../notices.ts"
import type { Candidate, Locator } from "./locator.ts"
import { parseRunningAddress } from "./running-address.ts"
import { formatServer } from "./server-list.ts"

/** Milliseconds between two notices about the same absence. */
const NOTICE_EVERY = 60_000

interface RunningCandidate extends Candidate {
  readonly server: string
  readonly replaced: AbortController
}

/** The server that a destination's running node names, followed as the node changes. */
export class RunningServer implements Locator {
  readonly isByHand = false
  readonly #destination: string
  readonly #changes = new EventEmitter()
  /** The server that was named last; one that works is kept while nobody else is named. */
  #candidate: RunningCandidate | undefined
  /** Why there is nobody to connect to; `""` where there is, `undefined` before the node was read. */
  #absence: string | undefined
  #told: { readonly text: string; readonly at: number } | undefined

  constructor(destination: string) {
    this.#destination = destination
  }

  /** Follows the node until the signal is aborted or the session is lost. */
  async follow(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
    const path = serverRunningNode(this.#destination)
    try {
      await untilConnected(coordinator, signal, async () => {
        for await (const node of coordinator.watch(path, { signal })) this.#see(node)
      })
    } finally {
      this.#absence = undefined
    }
  }

  async candidates(signal: AbortSignal): Promise<readonly Candidate[]> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#absence === "" && this.#candidate !== undefined) return [this.#candidate]
      if (this.#absence !== undefined) this.#tell(this.#absence)
      await this.#changed(signal)
    }
  }

  /** There is no other. */
  avoid(): void {}

  #see(node: Node | undefined): void {
    const running = node === undefined ? undefined : parseRunning(node.data)
    const address = running === undefined ? undefined : parseRunningAddress(running.address)
    if (node === undefined || running?.active === false) {
      this.#absence = `no server runs destination ${this.#destination}`
    } else if (address === undefined) {
      this.#absence = `${node.path} names no server by host:port (${JSON.stringify(node.data.slice(0, 200))})`
      this.#tell(this.#absence)
    } else {
      this.#absence = ""
      this.#name(formatServer(address), address)
    }
    this.#changes.emit("changed")
  }

  #name(server: string, address: Candidate["address"]): void {
    if (this.#told !== undefined) publishNotice("info", `${server} runs destination ${this.#destination}`)
    this.#told = undefined
    const before = this.#candidate
    if (before?.server === server) return
    const replaced = new AbortController()
    this.#candidate = { server, address, replaced, superseded: replaced.signal }
    if (before === undefined) return
    const message = `destination ${this.#destination} has moved from ${before.server} to ${server}`
    publishNotice("info", message)
    before.replaced.abort(new ClientError("CONNECTION_LOST", message))
  }

  #tell(text: string): void {
    const now = performance.now()
    if (this.#told?.text === text && now - this.#told.at < NOTICE_EVERY) return
    this.#told = { text, at: now }
    publishNotice("warning", `${text}; waiting until one does`)
  }

  /** Waits for the next change, or until it is time for the next notice. */
  async #changed(signal: AbortSignal): Promise<void> {
    const wait = new AbortController()
    const timer = setTimeout(() => wait.abort(), NOTICE_EVERY)
    try {
      await once(this.#changes, "changed", { signal: AbortSignal.any([signal, wait.signal]) })
    } catch (error) {
      if (!wait.signal.aborted && !signal.aborted) throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
