import { type GtidSet, parseGtidSet } from "@canal/binlog-protocol"
import type { Cursor } from "@canal/cursor-store"
import type { EncodedEntry, Entries } from "../encode/encoded-entry.ts"
import { compareBinlogFiles } from "./cursor-order.ts"

/**
 * Names the last entry that a client has behind it, so that every reading of the source knows it again. A number of
 * entries would not do: another reading may leave out other empty transactions.
 */
export interface Mark {
  readonly file: string
  readonly offset: number
  readonly gtid: string
  /** How many of the client's own entries at this offset are meant: those of a compressed transaction share one. */
  readonly index: number
  /** Besides, an end or a structure change at this offset is meant, if it comes next. */
  readonly closing: boolean
}

/** Nothing is behind it. */
export const NOWHERE: Mark = { file: "", offset: -1, gtid: "", index: 0, closing: false }

/** What a client has behind it that begins at a cursor. A GTID set says it without a place in a file. */
export function markOfCursor({ file, offset, gtid, included, complete }: Cursor): Mark {
  if (gtid !== "") return { ...NOWHERE, gtid, index: Infinity }
  const index = complete === true && !included ? Infinity : 0
  return { file, offset, gtid, index, closing: !included }
}

/** The mark behind entries that were handed out in a row, all of them the client's own. */
export function markBehind(before: Mark, entries: Entries): Mark {
  const last = entries.at(entries.length - 1)
  if (last === undefined) return before
  const { file, offset, gtid } = last
  let index = 0
  let at = entries.length - 1
  for (let entry = entries.at(at); entry !== undefined; entry = entries.at(--at)) {
    if (entry.offset !== offset || entry.file !== file) break
    index += 1
  }
  if (at < 0 && before.offset === offset && before.file === file) index += before.index
  return { file, offset, gtid, index, closing: false }
}

/** Counts a client's own entries at one offset, while entries come in their order. */
export class OffsetCount {
  #file: string
  #offset: number
  index: number

  constructor({ file, offset, index }: Pick<Mark, "file" | "offset" | "index">) {
    this.#file = file
    this.#offset = offset
    this.index = index
  }

  /** The next entry; an `own` one counts. */
  pass({ file, offset }: EncodedEntry, own: boolean): void {
    if (offset !== this.#offset || file !== this.#file) {
      this.#file = file
      this.#offset = offset
      this.index = 0
    }
    if (own) this.index += 1
  }
}

/** Tells whether entries are at or before a mark. */
export class MarkTest {
  readonly mark: Mark
  readonly #set: GtidSet | undefined
  #text = ""
  #isIncluded = false

  constructor(mark: Mark) {
    this.mark = mark
    this.#set = mark.gtid === "" ? undefined : parseGtidSet(mark.gtid)
  }

  /** @param index the count of the client's own entries at this offset, with this one */
  covers(entry: EncodedEntry, index: number): boolean {
    const { mark } = this
    if (this.#set === undefined || entry.gtid === "") return this.#coversPlace(entry, index)
    if (entry.gtid !== mark.gtid) return this.#includes(this.#set, entry.gtid)
    // In another file it is the same transaction of another server.
    return mark.index === Infinity || (entry.file === mark.file && this.#coversPlace(entry, index))
  }

  #coversPlace(entry: EncodedEntry, index: number): boolean {
    const { file, offset, closing } = this.mark
    if (entry.file !== file) return file !== "" && compareBinlogFiles(entry.file, file) < 0
    if (entry.offset !== offset) return entry.offset < offset
    return index <= this.mark.index || (closing && (entry.kind === "end" || entry.ddl))
  }

  #includes(set: GtidSet, text: string): boolean {
    if (text !== this.#text) {
      this.#text = text
      this.#isIncluded = set.includes(parseGtidSet(text))
    }
    return this.#isIncluded
  }
}
