/** The last position a client acknowledged, as Canal keeps it (its `LogPosition`). */
export interface Cursor {
  /** The binlog file, and the offset of the event's first byte. */
  readonly file: string
  readonly offset: number
  /**
   * Whether the event at the position is still to be delivered. True only in a cursor made by a subscription,
   * before anything was acknowledged.
   */
  readonly included: boolean
  /**
   * Whether everything at this offset was acknowledged, where begin, rows and end share one offset (a compressed
   * transaction). Absent: not known. Kept as an extra JSON member, which Java ignores.
   */
  readonly complete?: boolean
  /** Milliseconds since 1970 of the event. */
  readonly timestamp: number
  readonly serverId: number
  /** GTID set in text when the source is followed by GTID, else "". */
  readonly gtid: string
  /** The source the position belongs to. */
  readonly source: SourceAddress
}

export interface SourceAddress {
  /** Host as configured; `undefined` where a stored cursor has none. */
  readonly host: string | undefined
  readonly port: number
}

/** A client registered on a destination. Its existence in the store is the subscription. */
export interface Subscription {
  readonly clientId: number
  /** The filter it asked for; "" for none. */
  readonly filter: string
}
