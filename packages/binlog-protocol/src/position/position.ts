import type { GtidSet } from "./gtid-set.ts"

/** An offset in a binlog file of one source. */
export interface FilePosition {
  readonly file: string
  readonly offset: number
}

/** The transactions that one already has; the source sends the others. */
export interface GtidPosition {
  readonly gtids: GtidSet
}

/** Where to start reading. */
export type Position = FilePosition | GtidPosition
