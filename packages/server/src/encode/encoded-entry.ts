import type { EntryFacts } from "./entry-facts.ts"
import { Slab } from "./slab.ts"

/** Neighbouring entries of a slab: those from index `from` up to and without `to`. */
export interface EntryRun {
  readonly slab: Slab
  readonly from: number
  readonly to: number
}

/**
 * What is known of one Canal entry. It stays as it is; its bytes are its own only while its slab is kept.
 */
export class EncodedEntry implements EntryFacts, EntryRun {
  readonly slab: Slab
  readonly from: number
  readonly to: number
  /** Bytes of the serialized `Entry`. */
  readonly length: number
  /** Changed rows in it. */
  readonly rows: number
  readonly file: string
  readonly offset: number
  readonly serverId: number
  /** GTID set of the header, "" outside GTID mode. */
  readonly gtid: string
  readonly #seconds: number
  readonly #facts: EntryFacts

  constructor(slab: Slab, index: number) {
    this.slab = slab
    this.from = index
    this.to = index + 1
    this.length = slab.length(index)
    this.rows = slab.rows(index)
    this.file = slab.file(index)
    this.offset = slab.offset(index)
    this.serverId = slab.serverId(index)
    this.gtid = slab.gtid(index)
    this.#seconds = slab.seconds(index)
    this.#facts = slab.facts(index)
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
    const end = this.slab.end(this.from)
    return this.slab.bytes.subarray(end - this.length, end)
  }

  /** The same entry in memory of its own, for whoever needs it longer than the store or a batch keeps it. */
  copy(): EncodedEntry {
    const { slab, from: index, length, file, offset, serverId, rows } = this
    const [start, end] = [slab.start(index), slab.end(index)]
    const own = new Slab(end - start)
    slab.bytes.copy(own.bytes, 0, start, end)
    const gtid = { executed: this.gtid }
    own.add(
      end - start,
      length,
      rows,
      { file, offset, serverId, timestamp: this.#seconds, gtid },
      this.#facts,
    )
    return new EncodedEntry(own, 0)
  }
}

/** Entries in their order. Only who asks for one gets an object of it. */
export class Entries implements Iterable<EncodedEntry> {
  /** Each keeps its slab as often as it is there, or none does: as their maker says. */
  readonly runs: readonly EntryRun[]
  readonly length: number

  constructor(runs: readonly EntryRun[]) {
    this.runs = runs
    let length = 0
    for (const { from, to } of runs) length += to - from
    this.length = length
  }

  /** The entry at a place, counted from 0. */
  at(place: number): EncodedEntry | undefined {
    let rest = place
    for (const { slab, from, to } of this.runs) {
      if (rest < to - from) return rest < 0 ? undefined : new EncodedEntry(slab, from + rest)
      rest -= to - from
    }
    return undefined
  }

  *[Symbol.iterator](): Generator<EncodedEntry, undefined> {
    for (const { slab, from, to } of this.runs)
      for (let index = from; index < to; index++) yield new EncodedEntry(slab, index)
    return undefined
  }
}
