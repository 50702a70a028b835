import type { PartialJsonForm, SourceOptions } from "@canal/binlog-protocol"
import type { CursorStores } from "@canal/cursor-store"
import type { StartPosition } from "@canal/parser"

export interface DestinationOptions {
  /** By which clients ask for it. */
  readonly name: string
  readonly source: SourceOptions
  /** Where to begin while no client has a cursor; the source's end where absent. */
  readonly from?: StartPosition | undefined
  /** Tables to deliver: Canal's list of regular expressions over `schema.table`. A client's filter replaces it. */
  readonly filter?: string | undefined
  /** Tables to leave out, in the same form. */
  readonly exclude?: string | undefined
  /** The number by which the source knows this replica; random where absent. */
  readonly serverId?: number | undefined
  /** Subscriptions and cursors: opened whenever this server becomes the owner, and closed when it ceases to be. */
  readonly cursors: CursorStores
  /** Bytes of entries that are held for clients; default 16 MiB. One array of changes is held in any case. */
  readonly storeBytes?: number | undefined
  /** IANA name of the zone in which TIMESTAMP is written; default UTC. */
  readonly timeZone?: string | undefined
  /**
   * What a JSON column holds of which an update logged the changes only: the whole `document` where the row has the old
   * one, or always Canal's function text (`JSON_REPLACE(…)`) with `diffs`; default `document`.
   */
  readonly partialJson?: PartialJsonForm | undefined
}
