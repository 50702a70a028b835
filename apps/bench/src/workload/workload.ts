import type { DatabaseServer } from "@canal/testbed"
import type { Table } from "./column.ts"

/** The schema of all tables of workloads. Their seeds lie in another one. */
export const SCHEMA = "bench"
export const SEED_SCHEMA = "bench_seed"

/** Something to be read from a binlog, of any size. */
export interface Workload {
  readonly name: string
  readonly tables: readonly Table[]
  readonly insertsOnly: boolean
  /** Creates the tables, the seeds and what fills the tables from them. */
  prepare(server: DatabaseServer): Promise<void>
  /** Commits about so many changes to the tables, which are empty, and says how many they were. */
  write(server: DatabaseServer, changes: number): Promise<number>
}

/** A workload that was written into a binlog file of its own. */
export interface Written {
  readonly workload: Workload
  /** Rows inserted, updated and deleted. */
  readonly changes: number
  readonly file: string
  /** Offset of the first event and behind the last one. */
  readonly start: number
  readonly end: number
}
