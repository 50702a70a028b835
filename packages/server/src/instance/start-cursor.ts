import { parseGtidSet } from "@canal/binlog-protocol"
import type { Cursor, CursorStore } from "@canal/cursor-store"
import type { StartPosition } from "@canal/parser"
import { compareBinlogFiles } from "../delivery/acknowledged-before.ts"

/**
 * The cursor of the client that is furthest behind; `undefined` where no client has one. By GTID set where both have
 * one and one holds the other, else by file name, then offset.
 */
export async function furthestBehind(cursors: CursorStore): Promise<Cursor | undefined> {
  let least: Cursor | undefined
  for (const { clientId } of await cursors.subscriptions()) {
    const cursor = await cursors.cursor(clientId)
    if (cursor !== undefined && (least === undefined || isBehind(cursor, least))) least = cursor
  }
  return least
}

/** Where following the source begins for a client with this cursor. */
export function startOf(cursor: Cursor): StartPosition {
  const { file, offset, included, complete, timestamp, gtid } = cursor
  // The set of a cursor at which nothing was acknowledged ends right there; it says the place better than the offset.
  if (included && gtid !== "") return { gtids: gtid }
  return {
    file,
    offset,
    included,
    ...(complete === undefined ? {} : { complete }),
    ...(gtid === "" ? {} : { gtids: gtid }),
    // Only a cursor of an acknowledged event knows what stands at its offset.
    ...(included || timestamp === 0 ? {} : { timestamp: Math.floor(timestamp / 1000) }),
  }
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
  return a.included && !b.included
}
