import type { BinlogEvent, Position } from "@canal/binlog-protocol"

/** How a dump is asked for. */
export interface DumpOptions {
  /** The number by which the source knows this replica. */
  readonly serverId: number
  readonly signal: AbortSignal
  /** Seconds between the source's signs of life. */
  readonly heartbeatPeriod?: number
}

/** Opens a connection to the source and reads its binlog from a position on. */
export type OpenDump = (position: Position, options: DumpOptions) => AsyncIterable<readonly BinlogEvent[]>
