import type { ChangeOrigin } from "@canal/parser"
import { Slab } from "./slab.ts"

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

/** What of its origin an entry says. */
interface EntryOrigin extends Pick<ChangeOrigin, "file" | "offset" | "serverId" | "timestamp"> {
  readonly gtid: { readonly executed: string } | undefined
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
  /** Changed rows in it. */
  readonly rows: number
  readonly file: string
  readonly offset: number
  readonly serverId: number
  /** GTID set of the header, "" outside GTID mode. */
  readonly gtid: string
  /** Seconds since 1970: a number of milliseconds would be an object of its own. */
  readonly #seconds: number
  readonly #facts: EntryFacts

  constructor(
    { slab, start, end }: EntryPlace,
    length: number,
    origin: EntryOrigin,
    facts: EntryFacts,
    rows: number,
  ) {
    this.slab = slab
    this.start = start
    this.end = end
    this.length = length
    this.rows = rows
    this.file = origin.file
    this.offset = origin.offset
    this.serverId = origin.serverId
    this.gtid = origin.gtid?.executed ?? ""
    this.#seconds = origin.timestamp
    this.#facts = facts
  }

  get kind(): EntryFacts["kind"] {
    return this.#facts.kind
  }

  get ackable(): boolean {
    return this.#facts.ackable
  }

  get ddl(): boolean {
    return this.#facts.ddl
  }

  get table(): string {
    return this.#facts.table
  }

  get otherTables(): readonly string[] | undefined {
    return this.#facts.otherTables
  }

  /** Milliseconds since 1970, as in the entry's header. */
  get timestamp(): number {
    return this.#seconds * 1000
  }

  /** The serialized `Entry`: a view. */
  get bytes(): Buffer {
    return this.slab.bytes.subarray(this.end - this.length, this.end)
  }

  /** The same entry in memory of its own, for whoever needs it longer than the store or a batch keeps it. */
  copy(): EncodedEntry {
    const slab = new Slab(this.end - this.start)
    this.slab.bytes.copy(slab.bytes, 0, this.start, this.end)
    const { length, file, offset, serverId, rows } = this
    const gtid = { executed: this.gtid }
    const origin = { file, offset, serverId, timestamp: this.#seconds, gtid }
    return new EncodedEntry({ slab, start: 0, end: slab.length }, length, origin, this.#facts, rows)
  }
}
