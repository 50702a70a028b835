/** What every event has. `position` and `endPosition` are offsets in `file`, counted in 64 bits by ourselves. */
export interface EventBase {
  /** The binlog file the event lies in. */
  readonly file: string
  /** Offset of the event's first byte: `logfileOffset` of Canal. */
  readonly position: number
  /** Offset behind the event; where the next one begins. */
  readonly endPosition: number
  /** Bytes of the event on the wire, header and checksum included. */
  readonly length: number
  /** When the statement began at the source, in seconds since 1970. 0 for events the source made up. */
  readonly timestamp: number
  /** The server that first wrote the event. */
  readonly serverId: number
  /** Event type code on the wire. */
  readonly typeCode: number
  /** Header flags: 0x20 is an event made up for this dump, which does not lie in the file. */
  readonly flags: number
  /**
   * For an event out of a compressed transaction: its place among that transaction's events, from 0. `file`, `position`,
   * `endPosition` and `length` are then those of the TRANSACTION_PAYLOAD event.
   */
  readonly innerIndex?: number | undefined
}
