import type { Cursor, SourceAddress } from "@canal/cursor-store"
import type { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"

/**
 * The cursor of a client that has the entries from `start` up to and without `end` behind it: the last begin (outside
 * GTID mode), end or structure change among them; `undefined` where there is none: then the cursor stays where it is.
 */
export function cursorBehind(
  store: EventStore,
  start: number,
  end: number,
  source: SourceAddress,
): Cursor | undefined {
  for (let sequence = end - 1; sequence >= start && sequence >= store.first; sequence -= 1) {
    const entry = store.at(sequence)
    if (entry?.ackable !== true) continue
    const { file, offset, timestamp, serverId, gtid } = entry
    const cursor = { file, offset, included: false, timestamp, serverId, gtid, source }
    if (entry.kind !== "end") return cursor
    const before = store.at(sequence - 1)
    // Only in a compressed transaction does the end stand at the offset of what came before it.
    const compressed = before?.file === file && before.offset === offset
    return compressed ? { ...cursor, complete: true } : cursor
  }
  return undefined
}

/** The cursor of a client that has acknowledged nothing yet. */
export function cursorOfPosition(position: StreamPosition, source: SourceAddress): Cursor {
  return { ...position, included: true, source }
}
