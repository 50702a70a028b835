import { entryHeadSize, putEntryHead } from "@canal/protocol"
import { EncodedEntry, Entries } from "../encode/encoded-entry.ts"
import type { EntryFacts } from "../encode/entry-facts.ts"
import { Slab } from "../encode/slab.ts"

/** What of an entry a test may choose. */
type Choice = Partial<EntryFacts> &
  Partial<Pick<EncodedEntry, "bytes" | "file" | "timestamp" | "serverId" | "gtid">>

/** An entry for tests, of the given bytes at the given offset, in memory of its own. */
export function entry(kind: EncodedEntry["kind"], offset: number, choice: Choice = {}): EncodedEntry {
  const {
    bytes = Buffer.alloc(100, offset % 256),
    file = "binlog.000003",
    timestamp = 1_700_000_000_000,
    serverId = 1,
    gtid = "",
    ...facts
  } = choice
  const slab = new Slab(entryHeadSize(bytes.length) + bytes.length)
  bytes.copy(slab.bytes, putEntryHead(slab.bytes, 0, bytes.length))
  const origin = {
    file,
    offset,
    timestamp: timestamp / 1000,
    serverId,
    gtid: gtid === "" ? undefined : { executed: gtid },
  }
  slab.add(slab.bytes.length, bytes.length, kind === "rows" ? 1 : 0, origin, {
    kind,
    ackable: kind !== "rows",
    ddl: false,
    table: kind === "rows" ? "shop.t" : "",
    ...facts,
  })
  return new EncodedEntry(slab, 0)
}

/** A begin, so many rows, and an end, 10 bytes apart. */
export function transaction(offset: number, rows: number, changes: Choice = {}): EncodedEntry[] {
  return [
    entry("begin", offset, changes),
    ...Array.from({ length: rows }, (_, i) => entry("rows", offset + 10 * (i + 1), changes)),
    entry("end", offset + 10 * (rows + 1), changes),
  ]
}

/** Entries for one put. */
export function together(entries: readonly EncodedEntry[]): Entries {
  return new Entries(entries)
}

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal
