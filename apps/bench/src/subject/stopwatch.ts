import type { Digest } from "../digest/digest.ts"
import { peakMemory } from "./process-status.ts"
import type { Result, Task } from "./task.ts"
import { lookedAt } from "./touch.ts"

/** Times the reading of a task's changes, from the end of its warm-up to its last change. */
export class Stopwatch {
  readonly #task: Task
  #changes = 0
  #started: { readonly at: number; readonly cpu: NodeJS.CpuUsage; readonly changes: number } | undefined

  constructor(task: Task) {
    this.#task = task
  }

  /** Whether the clock runs. */
  get isWarm(): boolean {
    return this.#started !== undefined
  }

  /** Counts changes that have been read. True when they were the last ones. */
  count(changes: number): boolean {
    this.#changes += changes
    const { warmUp, changes: all } = this.#task
    if (this.#started === undefined && this.#changes >= warmUp) this.start()
    return this.#changes >= all
  }

  /** The same for what comes in pieces of which the last one may go beyond the end. */
  countUpTo(amount: number): boolean {
    return this.count(Math.min(amount, this.#task.changes - this.#changes))
  }

  start(): void {
    this.#started = { at: performance.now(), cpu: process.cpuUsage(), changes: this.#changes }
  }

  /** To be called right after the last change. */
  result(digest: Digest | null): Result {
    const started = this.#started
    if (started === undefined) throw new Error("the warm-up was not over")
    const seconds = (performance.now() - started.at) / 1000
    const { user, system } = process.cpuUsage(started.cpu)
    const { changes: all, start, end } = this.#task
    if (this.#changes !== all) throw new Error(`${this.#changes} changes came instead of ${all}`)
    if (Number.isNaN(lookedAt())) throw new Error("a value is not a number")
    const changes = this.#changes - started.changes
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      changes,
      bytes: Math.round(((end - start) * changes) / all),
      peakMemory: peakMemory(),
      digest,
    }
  }
}
