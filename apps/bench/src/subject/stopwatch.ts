import type { Digest } from "../digest/digest.ts"
import { rest } from "./lap.ts"
import { peakMemory } from "./process-status.ts"
import type { Result, Task } from "./task.ts"
import { lookedAt } from "./look.ts"

/** What the clocks said when a lap began. */
interface Lap {
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
}

/** Times the reading of a task's changes, from the end of its warm-up to its last change, without the rests between laps. */
export class Stopwatch {
  readonly #task: Task
  #changes = 0
  /** How many of the task's laps are over. */
  #laps = 0
  /** How many changes there will have been at the end of the warm-up, and then of the lap. */
  #mark: number
  #lap: Lap | undefined
  #seconds = 0
  #cpuMicroseconds = 0
  /** Changes before the clock was started. */
  #untimed = 0

  constructor(task: Task) {
    this.#task = task
    this.#mark = task.warmUp
  }

  /** Whether the clock runs. */
  get isWarm(): boolean {
    return this.#lap !== undefined
  }

  /** Counts changes that have been read. True when they were the last ones. */
  count(changes: number): boolean {
    this.#changes += changes
    const { changes: all } = this.#task
    if (this.#changes >= this.#mark && this.#changes < all) this.#endLap()
    return this.#changes >= all
  }

  /** The same for what comes in pieces of which the last one may go beyond the end. */
  countUpTo(amount: number): boolean {
    return this.count(Math.min(amount, this.#task.changes - this.#changes))
  }

  /** To be called right after the last change. */
  result(digest: Digest | null): Result {
    this.#stop()
    const { changes: all, start, end } = this.#task
    if (this.#changes !== all) throw new Error(`${this.#changes} changes came instead of ${all}`)
    if (Number.isNaN(lookedAt())) throw new Error("a value is not a number")
    const changes = this.#changes - this.#untimed
    return {
      seconds: this.#seconds,
      cpuSeconds: this.#cpuMicroseconds / 1e6,
      changes,
      bytes: Math.round(((end - start) * changes) / all),
      peakMemory: peakMemory(),
      digest,
    }
  }

  #endLap(): void {
    const { warmUp, laps, changes: all } = this.#task
    if (this.isWarm) this.#stop()
    else this.#untimed = this.#changes
    if (laps > 0) rest()
    this.#laps += 1
    this.#mark = this.#laps < laps ? warmUp + ((all - warmUp) * this.#laps) / laps : all
    this.#lap = { at: performance.now(), cpu: process.cpuUsage() }
  }

  #stop(): void {
    const lap = this.#lap
    if (lap === undefined) throw new Error("the warm-up was not over")
    const { user, system } = process.cpuUsage(lap.cpu)
    this.#seconds += (performance.now() - lap.at) / 1000
    this.#cpuMicroseconds += user + system
  }
}
