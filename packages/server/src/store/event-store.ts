import { EncodedEntry, Entries, type EntryRun } from "../encode/encoded-entry.ts"
import { HeldMemory } from "./held-memory.ts"
import { StoredTables } from "./stored-tables.ts"
import type { StreamPosition } from "./stream-position.ts"

/** Entries in a row, and the sequence number behind the last of them. */
export interface Taken {
  readonly entries: Entries
  readonly end: number
}

/** What of a run is held: from the number `sequence` on, which its first entry has. */
interface HeldRun extends EntryRun {
  sequence: number
  from: number
  to: number
}

/**
 * The one buffer between source and clients. It has the slabs of its entries kept, and lets go of them. Entries are
 * numbered from 0 in their order; they stay until `free`. The memory held is bounded: `put` waits while what it is given
 * does not fit, but that fits always into an empty store.
 */
export class EventStore {
  /** The tables of what is held, and perhaps more. */
  readonly tables: StoredTables = new StoredTables()
  readonly #limit: number
  /** Entries from sequence number `#first` on, those of one slab in one run where no other lies between them. */
  #runs: HeldRun[] = []
  #first = 0
  #next = 0
  /** Where the last entry was found that was looked for: others are mostly near. */
  #found = 0
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
    return this.#next
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#memory.bytes
  }

  /** The entry with this number, while it is held; and the one right before the oldest held. */
  at(sequence: number): EncodedEntry | undefined {
    if (sequence === this.#first - 1) return this.#lastFreed
    const run = this.#runs[this.#find(sequence)]
    return run === undefined ? undefined : new EncodedEntry(run.slab, run.from + sequence - run.sequence)
  }

  /** The GTID set of everything before the first entry to come; "" outside GTID mode. To be set before the first put. */
  startAt(gtid: string): void {
    this.#gtid = gtid
  }

  /**
   * Adds entries, all at once, as soon as they fit. Only one put at a time.
   * @throws the signal's reason when aborted; then nothing was added.
   */
  async put({ runs }: Entries, signal: AbortSignal): Promise<void> {
    while (!this.#fits(this.#memory.sizeOf(runs))) {
      signal.throwIfAborted()
      const first = this.#first
      this.#full(this.#memory.sizeOf(runs))
      if (this.#first === first) await this.#space(signal)
    }
    signal.throwIfAborted()
    if (this.#memory.isEmpty) this.tables.forget()
    for (const run of runs) this.#add(run)
    for (const listener of this.#listeners) listener()
  }

  /**
   * Entries from a number on, while their bytes together are at most `size`, and the one that goes beyond it. So at
   * least one where any is held.
   */
  take(from: number, size: number): Taken {
    const runs: EntryRun[] = []
    let sequence = Math.max(from, this.#first)
    let bytes = 0
    for (let at = this.#find(sequence); bytes <= Math.max(size, 0) && at < this.#runs.length; at += 1) {
      const run = this.#runs[at]
      if (run === undefined) break
      const { slab, to } = run
      const start = run.from + sequence - run.sequence
      let end = start
      for (; bytes <= Math.max(size, 0) && end < to; end += 1) bytes += slab.length(end)
      runs.push({ slab, from: start, to: end })
      sequence += end - start
    }
    return { entries: new Entries(runs), end: sequence }
  }

  /** Lets go of the entries before a number. */
  free(before: number): void {
    const end = Math.min(before, this.#next)
    if (end <= this.#first) return
    let freed = 0
    for (const run of this.#runs) {
      if (run.sequence >= end) break
      const to = Math.min(run.to, run.from + end - run.sequence)
      this.#passed(run, to)
      if (to === run.to) freed += 1
    }
    this.#runs.splice(0, freed)
    this.#first = end
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
    for (const { slab } of this.#runs) slab.letGo()
    this.#next += 1
    this.#first = this.#next
    this.#runs = []
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

  #add(run: EntryRun): void {
    const { slab, from, to } = run
    this.#memory.add(run)
    for (let index = from; index < to; index++) this.tables.add(slab.facts(index).table)
    const last = this.#runs.at(-1)
    if (last?.slab === slab && last.to === from) {
      last.to = to
      slab.letGo()
    } else this.#runs.push({ slab, from, to, sequence: this.#next })
    this.#next += to - from
  }

  /** Lets go of the first entries of a run. */
  #passed(run: HeldRun, to: number): void {
    const { slab, from } = run
    this.#memory.remove({ slab, from, to })
    let isOpen = this.#inTransaction !== undefined
    let begin = -1
    let closed = -1
    for (let index = from; index < to; index++) {
      const { kind } = slab.facts(index)
      if (kind === "begin") begin = index
      if (kind !== "rows") isOpen = kind === "begin"
      if (!isOpen) closed = index
    }
    if (!isOpen) this.#inTransaction = undefined
    else if (begin >= 0) this.#inTransaction = new EncodedEntry(slab, begin)
    if (closed >= 0) this.#gtid = slab.gtid(closed)
    this.#lastFreed = new EncodedEntry(slab, to - 1)
    run.sequence += to - from
    run.from = to
    if (to === run.to) slab.letGo()
  }

  /** The run that holds the entry with this number; the number of runs where none does. */
  #find(sequence: number): number {
    const runs = this.#runs
    if (sequence < this.#first || sequence >= this.#next) return runs.length
    let [low, high] = [0, runs.length - 1]
    for (let at = Math.min(this.#found, high); low <= high; at = (low + high) >> 1) {
      const run = runs[at]
      if (run === undefined) break
      if (sequence < run.sequence) high = at - 1
      else if (sequence >= run.sequence + run.to - run.from) low = at + 1
      else return (this.#found = at)
    }
    return runs.length
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
