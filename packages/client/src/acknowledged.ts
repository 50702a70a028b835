import { crc32 } from "node:zlib"
import type { Entry } from "@canal/protocol"

/** Entries of finished transactions that are remembered at least: more than a server can have forgotten of our acks. */
const REMEMBERED = 100_000

/**
 * What this process has acknowledged of late, so that a server which delivers it again after a restart, because its
 * cursor stands further back, does not show it twice.
 *
 * An entry is known by its position and by its index among the entries of that position, since all entries of a
 * compressed transaction share one. An entry that is not surely known is shown, never dropped; so a source that was reset
 * or exchanged costs nothing but a repetition.
 */
export class Acknowledged {
  /** Marks of entries, in the order in which they were acknowledged. */
  #marks: number[] = []
  /** How many entries of each mark are remembered; `undefined` until a repetition makes somebody ask. */
  #counts: Map<number, number> | undefined
  /** Where in `#marks` the transaction begins that is not acknowledged whole. */
  #transaction = 0
  /** The furthest position that was acknowledged. */
  #furthest: { readonly file: string; readonly offset: number } | undefined
  /** How often each remembered mark has come over this connection; `undefined` while nothing can be a repetition. */
  #come: Map<number, number> | undefined

  /** Remembers acknowledged entries, in their order. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.entryType === "TRANSACTIONBEGIN") this.#transaction = this.#marks.length
      const mark = markOf(entry, entry.entryType)
      this.#marks.push(mark)
      if (this.#counts !== undefined) count(mark, this.#counts)
      if (this.#isBeyond(entry)) {
        this.#furthest = { file: entry.header.logfileName, offset: entry.header.logfileOffset }
      }
    }
    if (this.#marks.length >= 2 * REMEMBERED) this.#forget()
  }

  /** A new connection begins: what comes now may be a repetition. */
  reconnected(): void {
    this.#come = this.#marks.length === 0 ? undefined : new Map()
  }

  /** Whether the next delivered entry is one that was acknowledged. Asked once for each, in order. */
  isRepeated(entry: Entry): boolean {
    if (this.#come === undefined) return false
    if (this.#isBeyond(entry)) {
      this.#come = undefined
      this.#counts = undefined
      return false
    }
    const counts = this.#counted()
    const mark = markOf(entry, entry.entryType)
    const known = counts.get(mark)
    if (known === undefined) return false
    // Where a begin shares the position, an entry's index is known only if that begin came over this connection.
    const begin = markOf(entry, "TRANSACTIONBEGIN")
    if (mark !== begin && counts.has(begin) && !this.#come.has(begin)) return false
    const index = this.#come.get(mark) ?? 0
    this.#come.set(mark, index + 1)
    return index < known
  }

  #isBeyond({ header: { logfileName, logfileOffset } }: Entry): boolean {
    if (this.#furthest === undefined) return true
    const { file, offset } = this.#furthest
    return logfileName === file ? logfileOffset > offset : isLaterFile(logfileName, file)
  }

  #counted(): ReadonlyMap<number, number> {
    if (this.#counts === undefined) {
      this.#counts = new Map()
      for (const mark of this.#marks) count(mark, this.#counts)
    }
    return this.#counts
  }

  #forget(): void {
    const from = Math.min(this.#transaction, this.#marks.length - REMEMBERED)
    this.#marks = this.#marks.slice(from)
    this.#transaction -= from
    this.#counts = undefined
  }
}

function count(mark: number, counts: Map<number, number>): void {
  counts.set(mark, (counts.get(mark) ?? 0) + 1)
}

/** Whether a binlog file comes after another of the same source: `binlog.000009`, `binlog.000010`, `binlog.1000000`. */
function isLaterFile(name: string, other: string): boolean {
  return name.length === other.length ? name > other : name.length > other.length
}

/** A number for an entry's position: equal for the same event, different with near certainty for others. */
function markOf({ header }: Entry, entryType: Entry["entryType"]): number {
  const { logfileName, logfileOffset, executeTime, eventLength } = header
  const kind = entryType === "TRANSACTIONBEGIN" ? 1 : entryType === "TRANSACTIONEND" ? 2 : 3
  let hash = mixed(fileHash(logfileName), logfileOffset)
  hash = mixed(hash, Math.floor(logfileOffset / 0x1_0000_0000))
  hash = mixed(hash, executeTime / 1000)
  hash = mixed(hash, eventLength)
  return (hash >>> 0) * 0x20_0000 + (((logfileOffset << 2) | kind) & 0x1f_ffff)
}

let lastFile = { name: "", hash: 0 }

function fileHash(name: string): number {
  if (name !== lastFile.name) lastFile = { name, hash: crc32(name) }
  return lastFile.hash
}

/** 32 bits that depend on all bits of both; of the number the lower 32. */
function mixed(hash: number, number: number): number {
  const both = Math.imul((hash ^ number) + 0x9e37_79b9, 0x85eb_ca6b)
  return Math.imul(both ^ (both >>> 15), 0xc2b2_ae35) ^ (hash >>> 13)
}
