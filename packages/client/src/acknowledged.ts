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
  /** How many entries of each mark are remembered. */
  readonly #counts = new Map<number, number>()
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
      this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1)
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
      return false
    }
    const mark = markOf(entry, entry.entryType)
    const known = this.#counts.get(mark)
    if (known === undefined) return false
    // Where a begin shares the position, an entry's index is known only if that begin came over this connection.
    const begin = markOf(entry, "TRANSACTIONBEGIN")
    if (mark !== begin && this.#counts.has(begin) && !this.#come.has(begin)) return false
    const index = this.#come.get(mark) ?? 0
    this.#come.set(mark, index + 1)
    return index < known
  }

  #isBeyond({ header: { logfileName, logfileOffset } }: Entry): boolean {
    if (this.#furthest === undefined) return true
    const { file, offset } = this.#furthest
    return logfileName === file ? logfileOffset > offset : isLaterFile(logfileName, file)
  }

  #forget(): void {
    const from = Math.min(this.#transaction, this.#marks.length - REMEMBERED)
    for (const mark of this.#marks.slice(0, from)) {
      const count = this.#counts.get(mark) ?? 0
      if (count > 1) this.#counts.set(mark, count - 1)
      else this.#counts.delete(mark)
    }
    this.#marks = this.#marks.slice(from)
    this.#transaction -= from
  }
}

/** Whether a binlog file comes after another of the same source: `binlog.000009`, `binlog.000010`, `binlog.1000000`. */
function isLaterFile(name: string, other: string): boolean {
  return name.length === other.length ? name > other : name.length > other.length
}

/** A number for an entry's position: equal for the same event, different with near certainty for others. */
function markOf({ header }: Entry, entryType: Entry["entryType"]): number {
  const { logfileName, logfileOffset, executeTime, eventLength } = header
  const kind = entryType === "TRANSACTIONBEGIN" ? 1 : entryType === "TRANSACTIONEND" ? 2 : 3
  const hash = crc32(`${logfileName} ${logfileOffset} ${executeTime} ${eventLength}`)
  return hash * 0x20_0000 + (((logfileOffset << 2) | kind) & 0x1f_ffff)
}
