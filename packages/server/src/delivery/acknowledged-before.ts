import { parseGtidSet } from "@canal/binlog-protocol"
import type { Cursor } from "@canal/cursor-store"
import type { EncodedEntry } from "../encode/encoded-entry.ts"

/**
 * Tells of the first entries after a start whether a client had acknowledged them: those that come only because another
 * client is further behind.
 */
export function acknowledgedBefore(cursor: Cursor): (entry: EncodedEntry) => boolean {
  if (cursor.gtid === "") return (entry) => isBefore(entry, cursor)
  const acknowledged = parseGtidSet(cursor.gtid)
  let text = ""
  let isIncluded = false
  return (entry) => {
    if (entry.gtid !== text) {
      text = entry.gtid
      isIncluded = text !== "" && acknowledged.includes(parseGtidSet(text))
    }
    return isIncluded
  }
}

function isBefore(entry: EncodedEntry, cursor: Cursor): boolean {
  const byFile = compareBinlogFiles(entry.file, cursor.file)
  if (byFile !== 0) return byFile < 0
  if (entry.offset !== cursor.offset) return entry.offset < cursor.offset
  if (cursor.included) return false
  return cursor.complete === true || entry.kind === "end" || entry.ddl
}

/** Orders binlog files as the source wrote them: by the number behind the last dot, which may grow beyond 6 digits. */
export function compareBinlogFiles(a: string, b: string): number {
  const [first, second] = [numbered(a), numbered(b)]
  if (first.base === second.base && first.number !== second.number) return first.number - second.number
  return a < b ? -1 : a > b ? 1 : 0
}

function numbered(file: string): { readonly base: string; readonly number: number } {
  const dot = file.lastIndexOf(".")
  return { base: file.slice(0, dot), number: Number(file.slice(dot + 1)) }
}
