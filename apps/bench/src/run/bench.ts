import type { DatabaseServer } from "@canal/testbed"
import type { Digest } from "../digest/digest.ts"
import { selectDigest } from "../digest/select.ts"
import { SCHEMA, type Workload, type Written } from "../workload/workload.ts"
import { writeWorkload } from "../workload/write.ts"
import { readTable } from "./reading-task.ts"

/** How much is measured. */
export interface Scale {
  /** Times that each process runs: beside others, for a ratio, and alone. The median counts. */
  readonly rounds: { readonly paired: number; readonly alone: number }
  /** Laps of a process that reads a workload: between them the others of its group have theirs. */
  readonly laps: number
  /** Changes of each workload by its name. */
  readonly changes: Readonly<Record<string, number>>
  /** Seconds for which a steady load is measured. */
  readonly steadySeconds: number
}

/** What all measurements share: one source, on which each workload is written when it is first asked for. */
export class Bench {
  readonly source: DatabaseServer
  readonly scale: Scale
  /** Ends every measured process. */
  readonly signal: AbortSignal
  /** Says what is being done. */
  readonly say: (line: string) => void
  readonly #profiles: string | undefined
  #profiled = 0
  readonly #written = new Map<string, Promise<Written>>()
  readonly #done = new Map<string, Promise<unknown>>()
  readonly #digests = new Map<string, Promise<Digest>>()

  /** @param profiles folder for the CPU profiles of what is measured */
  constructor(
    source: DatabaseServer,
    scale: Scale,
    signal: AbortSignal,
    say: (line: string) => void,
    profiles?: string,
  ) {
    this.source = source
    this.scale = scale
    this.signal = signal
    this.say = say
    this.#profiles = profiles
  }

  /** Options of Node under which a process leaves a CPU profile by this name; none where no profiles are wanted. */
  profiler(name: string): readonly string[] {
    if (this.#profiles === undefined) return []
    this.#profiled += 1
    const file = `${String(this.#profiled).padStart(3, "0")}-${name}.cpuprofile`
    return ["--cpu-prof", `--cpu-prof-dir=${this.#profiles}`, `--cpu-prof-name=${file}`]
  }

  /** The workload in the source's binlog. */
  written(workload: Workload): Promise<Written> {
    return kept(this.#written, workload.name, () => {
      const changes = this.scale.changes[workload.name] ?? 0
      this.say(`writing ${workload.name}: ${changes.toLocaleString("en")} changes`)
      return writeWorkload(this.source, workload, changes)
    })
  }

  /** Does something by that name when it is first asked for. */
  async once(name: string, work: () => Promise<unknown>): Promise<void> {
    await kept(this.#done, name, work)
  }

  /** The digest of what the source says that the workload's tables hold. */
  digest(workload: Workload): Promise<Digest> {
    return kept(this.#digests, workload.name, async () => {
      await this.written(workload)
      this.say(`asking the source what ${workload.name} holds`)
      return selectDigest(this.source, SCHEMA, workload.tables.map(readTable))
    })
  }
}

function kept<T>(values: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  let value = values.get(name)
  if (value === undefined) {
    value = make()
    values.set(name, value)
  }
  return value
}
