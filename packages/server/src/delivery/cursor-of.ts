import type { Cursor, SourceAddress } from "@canal/cursor-store"
import type { EventStore } from "../store/event-store.ts"
import type { StreamPosition } from "../store/stream-position.ts"
import type { OutstandingBatch } from "./client-queue.ts"

/**
 * The cursor that an acknowledged batch gives: the last begin (outside GTID mode), end or structure change in it;
 * `undefined` where the batch lies within one transaction: then the cursor stays where it is.
 */
export function cursorOfBatch(
  store: EventStore,
  batch: OutstandingBatch,
  source: SourceAddress,
): Cursor | undefined {
  for (let sequence = batch.end - 1; sequence >= batch.start; sequence -= 1) {
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
