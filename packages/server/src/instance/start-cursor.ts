import type { Cursor } from "@canal/cursor-store"
import type { StartPosition } from "@canal/parser"

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
