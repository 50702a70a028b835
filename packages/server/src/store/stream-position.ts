/** A place between two events of the source, from which reading can begin. */
export interface StreamPosition {
  readonly file: string
  readonly offset: number
  /** Milliseconds since 1970 of the last event seen, or of the one at the position. */
  readonly timestamp: number
  readonly serverId: number
  /** All transactions before the position, as a GTID set in text; "" where the source is not followed by GTID. */
  readonly gtid: string
}
