/** Where to start following a source. */
export type StartPosition = FileStart | GtidStart

/** An event in a binlog file, as a cursor or a user names it. */
export interface FileStart {
  readonly file: string
  readonly offset: number
  /**
   * Whether the event at the offset is still to be delivered. If not, it was acknowledged; reading then goes on
   * behind it only if it ends a transaction or is a DDL. The begin of a transaction is read again with what follows.
   */
  readonly included: boolean
  /** Whether all events at this offset were acknowledged: those of a compressed transaction share one. */
  readonly complete?: boolean
  /** The executed GTID set that belongs to the position; with it the source's changes carry their GTIDs. */
  readonly gtids?: string
  /**
   * Seconds since 1970 of the event. With `gtids`, a position whose event has another time belongs to another
   * server, and the GTID set decides.
   */
  readonly timestamp?: number
}

/** The transactions that one already has, as a GTID set in text. */
export interface GtidStart {
  readonly gtids: string
}

export function isFileStart(start: StartPosition): start is FileStart {
  return "file" in start
}
