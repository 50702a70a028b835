import { entryHeadSize, putEntryHead } from "@canal/protocol"
import { EncodedEntry, type EntryFacts } from "../encode/encoded-entry.ts"
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
  const set = { executed: gtid, current: "", sequenceNumber: undefined, lastCommitted: undefined }
  return new EncodedEntry(
    { slab, start: 0, end: slab.length },
    bytes.length,
    { file, offset, timestamp: timestamp / 1000, serverId, gtid: gtid === "" ? undefined : set },
    {
      kind,
      ackable: kind !== "rows",
      ddl: false,
      table: kind === "rows" ? "shop.t" : "",
      ...facts,
    },
    kind === "rows" ? 1 : 0,
  )
}

/** A begin, so many rows, and an end, 10 bytes apart. */
export function transaction(offset: number, rows: number, changes: Choice = {}): EncodedEntry[] {
  return [
    entry("begin", offset, changes),
    ...Array.from({ length: rows }, (_, i) => entry("rows", offset + 10 * (i + 1), changes)),
    entry("end", offset + 10 * (rows + 1), changes),
  ]
}

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal
