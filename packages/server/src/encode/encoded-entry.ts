/** One Canal entry as the store keeps it: its protobuf bytes, and what delivery must know without reading them. */
export interface EncodedEntry {
  /** The serialized `Entry`, in memory that belongs to the store from now on. */
  readonly bytes: Buffer
  readonly kind: "begin" | "rows" | "end"
  /**
   * Whether an acknowledged batch that holds this entry moves the cursor to it: a begin outside GTID mode, an end,
   * or a statement that changes structure (but not one of event type QUERY).
   */
  readonly ackable: boolean
  /** Whether it is a structure change. */
  readonly ddl: boolean
  readonly file: string
  readonly offset: number
  /** Milliseconds since 1970, as in the entry's header. */
  readonly timestamp: number
  readonly serverId: number
  /** GTID set of the header, "" outside GTID mode. */
  readonly gtid: string
  /** Changed rows in it. */
  readonly rows: number
  /** `schema.table` for rows and statements that name a table; "" otherwise. What a client's filter looks at. */
  readonly table: string
  /** The other tables that a statement names; absent where there are none. One that a filter accepts is enough. */
  readonly otherTables?: readonly string[]
}
