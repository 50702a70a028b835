import type { ChangeOrigin } from "@canal/parser"

/** What an entry says beyond its bytes and its origin; many entries share one. */
export interface EntryFacts {
  readonly kind: "begin" | "rows" | "end"
  /**
   * Whether an acknowledged batch that holds this entry moves the cursor to it: a begin outside GTID mode, an end,
   * or a statement that changes structure (but not one of event type QUERY).
   */
  readonly ackable: boolean
  /** Whether it is a structure change. */
  readonly ddl: boolean
  /** `schema.table` for rows and statements that name a table; "" otherwise. What a client's filter looks at. */
  readonly table: string
  /** The other tables that a statement names; absent where there are none. One that a filter accepts is enough. */
  readonly otherTables?: readonly string[] | undefined
}

/** What of its origin is kept with an entry. */
export interface EntryOrigin extends Pick<ChangeOrigin, "file" | "offset" | "serverId" | "timestamp"> {
  readonly gtid: { readonly executed: string } | undefined
}
