import { EncodedEntry } from "../encode/encoded-entry.ts"
import { Slab } from "../encode/slab.ts"
import { HeldMemory } from "./held-memory.ts"
import { StoredTables } from "./stored-tables.ts"
import type { StreamPosition } from "./stream-position.ts"

/** Entries in a row, and the sequence number behind the last of them. */
export interface Taken {
  readonly entries: readonly EncodedEntry[]
  readonly end: number
}

/**
 * The one buffer between source and clients. It has the slabs of its entries kept, and lets go of them. Entries are numbered from 0 in their order; they stay until `free`. The
 * memory held is bounded: `put` waits while its array does not fit, but one array fits always into an empty store.
 */
export class EventStore {
  /** The tables of what is held, and perhaps more. */
  readonly tables: StoredTables = new StoredTables()
  readonly #limit: number
  /** Entries from sequence number `#first` on; those before `#head` are free. */
  #entries: EncodedEntry[] = []
  #head = 0
  /** Slots before this one were overwritten. */
  #cleared = 0
  #first = 0
  #memory = new HeldMemory()
  #lastFreed: EncodedEntry | undefined
  #inTransaction: EncodedEntry | undefined
  /** GTIDs before the first entry that is held. */
  #gtid = ""
  #spaceFreed: () => void = () => undefined
  #full: (size: number) => void = () => undefined
  readonly #listeners = new Set<() => void>()

  /** @param limit bytes of memory */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Sequence number of the oldest entry held; that of the next one where none is. */
  get first(): number {
    return this.#first
  }

  /** Sequence number that the next entry will have. */
  get next(): number {
    return this.#first + this.#entries.length - this.#head
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#memory.bytes
  }

  /** The entry with this number, while it is held; and the one right before the oldest held. */
  at(sequence: number): EncodedEntry | undefined {
    if (sequence === this.#first - 1) return this.#lastFreed
    return sequence < this.#first ? undefined : this.#entries[this.#head + sequence - this.#first]
  }

  /** The GTID set of everything before the first entry to come; "" outside GTID mode. To be set before the first put. */
  startAt(gtid: string): void {
    this.#gtid = gtid
  }

  /**
   * Adds entries, all at once, as soon as they fit. Only one put at a time.
   * @throws the signal's reason when aborted; then nothing was added.
   */
  async put(entries: readonly EncodedEntry[], signal: AbortSignal): Promise<void> {
    while (!this.#fits(this.#memory.sizeOf(entries))) {
      signal.throwIfAborted()
      const first = this.#first
      this.#full(this.#memory.sizeOf(entries))
      if (this.#first === first) await this.#space(signal)
    }
    signal.throwIfAborted()
    if (this.#memory.isEmpty) this.tables.forget()
    for (const entry of entries) {
      this.#entries.push(entry)
      this.#memory.add(entry)
      this.tables.add(entry.table)
    }
    for (const listener of this.#listeners) listener()
  }

  /**
   * Entries from a number on, while their bytes together are at most `size`, and the one that goes beyond it. So at
   * least one where any is held.
   */
  take(from: number, size: number): Taken {
    const start = this.#head + Math.max(from, this.#first) - this.#first
    let end = start
    for (let bytes = 0; bytes <= Math.max(size, 0) && end < this.#entries.length; end += 1) {
      bytes += this.#entries[end]?.length ?? 0
    }
    return { entries: this.#entries.slice(start, end), end: this.#first + end - this.#head }
  }

  /** Lets go of the entries before a number. */
  free(before: number): void {
    const count = Math.min(before, this.next) - this.#first
    if (count <= 0) return
    for (let i = 0; i < count; i += 1) {
      const entry = this.#entries[this.#head + i]
      if (entry !== undefined) this.#passed(entry)
    }
    this.#head += count
    this.#first += count
    this.#compact()
    this.#spaceFreed()
  }

  /** Lets go of the oldest entries before a number, but of no more than what `size` more bytes need. */
  makeRoom(size: number, before: number): void {
    while (this.#first < before && !this.#fits(size)) this.free(this.#first + 1)
  }

  /** What to do when a put does not fit and is about to wait; it may free. One function. */
  whenFull(full: (size: number) => void): void {
    this.#full = full
  }

  /** A put that waits looks again: what may be freed has changed. */
  reconsider(): void {
    this.#spaceFreed()
  }

  /** Lets go of all entries: the source is read anew. Numbers go on; none that was given before comes again. */
  clear(): void {
    for (const entry of this.#entries.slice(this.#head)) entry.slab.letGo()
    this.#first = this.next + 1
    this.#entries = []
    this.#head = 0
    this.#cleared = 0
    this.#memory = new HeldMemory()
    this.#lastFreed = undefined
    this.#inTransaction = undefined
    this.#gtid = ""
    this.tables.forget()
    this.#spaceFreed()
  }

  /**
   * Where reading the source must begin so that nothing is missed that the store holds or will hold; `undefined`
   * where nothing is held and no transaction is under way: then it is where the source's reader stands.
   */
  resumePoint(): StreamPosition | undefined {
    const at = this.#inTransaction ?? this.at(this.#first)
    if (at === undefined) return undefined
    return {
      file: at.file,
      offset: at.offset,
      timestamp: at.timestamp,
      serverId: at.serverId,
      gtid: this.#gtid,
    }
  }

  /** Whether the oldest entry held lies inside a transaction whose begin was freed. */
  get beginsInside(): boolean {
    return this.#inTransaction !== undefined
  }

  /** Calls back after each put, until the returned function is called. */
  onPut(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #fits(size: number): boolean {
    return this.#memory.isEmpty || this.#memory.bytes + size <= this.#limit
  }

  #passed(entry: EncodedEntry): void {
    this.#memory.remove(entry)
    entry.slab.letGo()
    this.#lastFreed = entry
    if (entry.kind === "begin") this.#inTransaction = entry
    else if (entry.kind === "end") this.#inTransaction = undefined
    if (this.#inTransaction === undefined) this.#gtid = entry.gtid
  }

  /** Freed slots let go of their entries at once; moving the others is put off until it is cheap. */
  #compact(): void {
    if (this.#head * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
      this.#cleared = 0
    } else {
      for (; this.#cleared < this.#head; this.#cleared += 1) this.#entries[this.#cleared] = FREED
    }
  }

  #space(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const aborted = () => reject(signal.reason)
      signal.addEventListener("abort", aborted, { once: true })
      this.#spaceFreed = () => {
        signal.removeEventListener("abort", aborted)
        this.#spaceFreed = () => undefined
        resolve()
      }
    })
  }
}

/** Stands where an entry was freed, so that the array stays dense. */
const FREED = new EncodedEntry(
  { slab: new Slab(0), start: 0, end: 0 },
  0,
  { file: "", offset: 0, timestamp: 0, serverId: 0, gtid: undefined },
  { kind: "rows", ackable: false, ddl: false, table: "" },
  0,
)
