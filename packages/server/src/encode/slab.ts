import { entryHeadSize, putEntryHead } from "@canal/protocol"
import type { EntryFacts, EntryOrigin } from "./entry-facts.ts"

/** Bytes of memory that neighbouring entries share, and how many entries it takes. */
const SLAB = 256 * 1024
const SLAB_ENTRIES = 1024

/** Slabs kept to be used again, all instances together. */
const MOST_UNUSED = 64

const unused: Slab[] = []

/** Of each entry so many words are kept, these in front of the server's id. */
const WORDS = 7
const END = 0
const LENGTH = 1
const ROWS = 2
const OFFSET_LOW = 3
const OFFSET_HIGH = 4
const SECONDS = 5
const SERVER_ID = 6

const NO_FACTS: EntryFacts = { kind: "rows", ackable: false, ddl: false, table: "" }

/**
 * Memory in which entries lie, one behind the other, and what must be known of them without reading them: in arrays,
 * since objects that wait for clients are work for the garbage collector. Whoever needs entries keeps their slab, and
 * lets go of it once for each time: when nobody keeps it any more, a shared one is used again for other entries. What is
 * never let go of is left to the garbage collector.
 */
export class Slab {
  readonly bytes: Buffer
  readonly capacity: number
  /** How many entries lie in it. */
  count = 0
  readonly #words: Uint32Array
  readonly #facts: EntryFacts[]
  readonly #files: string[]
  readonly #gtids: string[]
  #keepers = 1

  /** It is kept once, by its maker. */
  constructor(size: number, capacity = 1) {
    this.bytes = Buffer.allocUnsafeSlow(size)
    this.capacity = capacity
    this.#words = new Uint32Array(WORDS * capacity)
    this.#facts = Array.from({ length: capacity }, () => NO_FACTS)
    this.#files = Array.from({ length: capacity }, () => "")
    this.#gtids = Array.from({ length: capacity }, () => "")
  }

  /** One for small entries. */
  static shared(): Slab {
    const slab = unused.pop()
    if (slab === undefined) return new Slab(SLAB, SLAB_ENTRIES)
    slab.#keepers = 1
    slab.count = 0
    return slab
  }

  get isShared(): boolean {
    return this.capacity > 1
  }

  /** Bytes of memory that it takes, without the texts of GTID sets. */
  get size(): number {
    return this.bytes.length + (4 * WORDS + 3 * 8) * this.capacity
  }

  keep(): void {
    this.#keepers++
  }

  letGo(): void {
    if (--this.#keepers > 0 || !this.isShared || unused.length >= MOST_UNUSED) return
    this.#gtids.fill("", 0, this.count)
    unused.push(this)
  }

  /** Adds an entry behind the others, whose `length` bytes end at `end`. */
  add(end: number, length: number, rows: number, origin: EntryOrigin, facts: EntryFacts): void {
    const index = this.count++
    const words = this.#words
    const at = WORDS * index
    words[at + END] = end
    words[at + LENGTH] = length
    words[at + ROWS] = rows
    words[at + OFFSET_LOW] = origin.offset
    words[at + OFFSET_HIGH] = origin.offset / 2 ** 32
    words[at + SECONDS] = origin.timestamp
    words[at + SERVER_ID] = origin.serverId
    this.#facts[index] = facts
    this.#files[index] = origin.file
    this.#gtids[index] = origin.gtid?.executed ?? ""
  }

  /** Where an entry's head begins: behind the entry before. */
  start(index: number): number {
    return index === 0 ? 0 : this.end(index - 1)
  }

  end(index: number): number {
    return this.#words[WORDS * index + END] ?? 0
  }

  /** Bytes of the entry without its head. */
  length(index: number): number {
    return this.#words[WORDS * index + LENGTH] ?? 0
  }

  rows(index: number): number {
    return this.#words[WORDS * index + ROWS] ?? 0
  }

  offset(index: number): number {
    const at = WORDS * index
    return (this.#words[at + OFFSET_HIGH] ?? 0) * 2 ** 32 + (this.#words[at + OFFSET_LOW] ?? 0)
  }

  /** Seconds since 1970. */
  seconds(index: number): number {
    return this.#words[WORDS * index + SECONDS] ?? 0
  }

  serverId(index: number): number {
    return this.#words[WORDS * index + SERVER_ID] ?? 0
  }

  facts(index: number): EntryFacts {
    return this.#facts[index] ?? NO_FACTS
  }

  file(index: number): string {
    return this.#files[index] ?? ""
  }

  gtid(index: number): string {
    return this.#gtids[index] ?? ""
  }
}

const NONE = new Slab(0)

/**
 * Hands out memory for entries, each behind the head that it has in a batch, so that neighbours are sent together as
 * they lie there. Small ones share a slab: a kept entry keeps its neighbours' memory too, and the store frees entries in
 * order. Large ones get memory of their own.
 */
export class SlabAllocator {
  /** Where the entry goes that room was made for. Nobody else writes there while it is kept. */
  slab: Slab = NONE
  /** Kept while entries are added to it. */
  #shared = NONE
  #used = 0

  /** Makes room for an entry of `length` bytes and writes its head; returns where in `slab` it is to begin. */
  take(length: number): number {
    const size = entryHeadSize(length) + length
    if (size > SLAB / 8) {
      this.slab = new Slab(size)
      return putEntryHead(this.slab.bytes, 0, length)
    }
    if (this.#used + size > this.#shared.bytes.length || this.#shared.count === SLAB_ENTRIES) {
      this.#shared.letGo()
      this.#shared = Slab.shared()
      this.#used = 0
    }
    this.slab = this.#shared
    const start = this.#used
    this.#used += size
    return putEntryHead(this.slab.bytes, start, length)
  }
}
