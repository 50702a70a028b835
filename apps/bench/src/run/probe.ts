import type { Pass } from "./baton.ts"
import type { Bench } from "./bench.ts"

/** What one run found, by name. */
export type Quantities = Readonly<Record<string, number>>

/** Something that is run, again and again and in turn with others, to find what it takes. */
export interface Probe {
  /** Such as `canal-values/wide`. */
  readonly name: string
  /** Probes of one group run in turn. */
  readonly group: string
  /**
   * Runs it once, with the packages of the repository at `root` where it is made of ours. What takes long passes on in
   * between, so that all of a group meet the same weather.
   */
  run(bench: Bench, root: string, pass: Pass): Promise<Quantities>
  /** Looks whether what it reads is right. Says what is not, for people; nothing where all is. */
  check?(bench: Bench, root: string): Promise<readonly string[]>
}
