import { parseGtidSet } from "@canal/binlog-protocol"
import type { Cursor } from "@canal/cursor-store"

/** The cursor that is furthest behind. By GTID set where both have one and one holds the other, else by place. */
export function furthestBehind(cursors: Iterable<Cursor>): Cursor | undefined {
  let least: Cursor | undefined
  for (const cursor of cursors) if (least === undefined || isBehind(cursor, least)) least = cursor
  return least
}

/** Whether everything behind the cursor comes, surely, where reading begins at `start`. */
export function isReachedFrom(start: Cursor, cursor: Cursor): boolean {
  if ((start.gtid === "") !== (cursor.gtid === "")) return false
  if (cursor.gtid === "") return !isBehind(cursor, start)
  return cursor.gtid === start.gtid || parseGtidSet(cursor.gtid).includes(parseGtidSet(start.gtid))
}

/** Orders binlog files as the source wrote them: by the number behind the last dot, which may grow beyond 6 digits. */
export function compareBinlogFiles(a: string, b: string): number {
  if (a === b) return 0
  const [first, second] = [numbered(a), numbered(b)]
  if (first.base === second.base && first.number !== second.number) return first.number - second.number
  return a < b ? -1 : 1
}

function isBehind(a: Cursor, b: Cursor): boolean {
  if (a.gtid !== "" && b.gtid !== "" && a.gtid !== b.gtid) {
    const [first, second] = [parseGtidSet(a.gtid), parseGtidSet(b.gtid)]
    if (second.includes(first)) return true
    if (first.includes(second)) return false
  }
  const byFile = compareBinlogFiles(a.file, b.file)
  if (byFile !== 0) return byFile < 0
  if (a.offset !== b.offset) return a.offset < b.offset
  return rank(a) < rank(b)
}

/** Of two cursors at one event, how much of it is acknowledged. */
function rank({ included, complete }: Cursor): number {
  if (included) return 0
  return complete === true ? 2 : 1
}

function numbered(file: string): { readonly base: string; readonly number: number } {
  const dot = file.lastIndexOf(".")
  return { base: file.slice(0, dot), number: Number(file.slice(dot + 1)) }
}
