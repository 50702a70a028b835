import type { ChangeOrigin } from "@canal/parser"
import type { Slab } from "./slab.ts"

/** What an entry says beyond its bytes and its origin. */
export interface EntryFacts {
  readonly kind: "begin" | "rows" | "end"
  /**
   * Whether an acknowledged batch that holds this entry moves the cursor to it: a begin outside GTID mode, an end,
   * or a statement that changes structure (but not one of event type QUERY).
   */
  readonly ackable: boolean
  /** Whether it is a structure change. */
  readonly ddl: boolean
  /** Changed rows in it. */
  readonly rows: number
  /** `schema.table` for rows and statements that name a table; "" otherwise. What a client's filter looks at. */
  readonly table: string
  /** The other tables that a statement names; absent where there are none. One that a filter accepts is enough. */
  readonly otherTables?: readonly string[] | undefined
}

/** Memory in which an entry lies, perhaps beside others. */
export interface EntryPlace {
  readonly slab: Slab
  /** The serialized `Entry` behind the head that it has in a batch. */
  readonly start: number
  readonly end: number
}

/**
 * One Canal entry as the store keeps it: where its protobuf bytes lie, and what delivery must know without reading them.
 * Its maker keeps the slab for it; who has it until then lets go of it in the end. After that its bytes are not its own.
 */
export class EncodedEntry implements EntryFacts, EntryPlace {
  readonly slab: Slab
  readonly start: number
  readonly end: number
  /** Bytes of the serialized `Entry`. */
  readonly length: number
  readonly kind: EntryFacts["kind"]
  readonly ackable: boolean
  readonly ddl: boolean
  readonly file: string
  readonly offset: number
  /** Milliseconds since 1970, as in the entry's header. */
  readonly timestamp: number
  readonly serverId: number
  /** GTID set of the header, "" outside GTID mode. */
  readonly gtid: string
  readonly rows: number
  readonly table: string
  readonly otherTables: readonly string[] | undefined

  constructor({ slab, start, end }: EntryPlace, length: number, origin: ChangeOrigin, facts: EntryFacts) {
    this.slab = slab
    this.start = start
    this.end = end
    this.length = length
    this.kind = facts.kind
    this.ackable = facts.ackable
    this.ddl = facts.ddl
    this.file = origin.file
    this.offset = origin.offset
    this.timestamp = origin.timestamp * 1000
    this.serverId = origin.serverId
    this.gtid = origin.gtid?.executed ?? ""
    this.rows = facts.rows
    this.table = facts.table
    this.otherTables = facts.otherTables
  }

  /** The serialized `Entry`: a view. */
  get bytes(): Buffer {
    return this.slab.bytes.subarray(this.end - this.length, this.end)
  }
}
