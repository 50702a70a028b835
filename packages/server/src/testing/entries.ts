import type { EncodedEntry } from "../encode/encoded-entry.ts"

/** An entry for tests, of the given bytes at the given offset. */
export function entry(
  kind: EncodedEntry["kind"],
  offset: number,
  changes: Partial<EncodedEntry> = {},
): EncodedEntry {
  return {
    bytes: Buffer.alloc(100, offset % 256),
    kind,
    ackable: kind !== "rows",
    ddl: false,
    file: "binlog.000003",
    offset,
    timestamp: 1_700_000_000_000,
    serverId: 1,
    gtid: "",
    rows: kind === "rows" ? 1 : 0,
    table: kind === "rows" ? "shop.t" : "",
    ...changes,
  }
}

/** A begin, so many rows, and an end, 10 bytes apart. */
export function transaction(
  offset: number,
  rows: number,
  changes: Partial<EncodedEntry> = {},
): EncodedEntry[] {
  return [
    entry("begin", offset, changes),
    ...Array.from({ length: rows }, (_, i) => entry("rows", offset + 10 * (i + 1), changes)),
    entry("end", offset + 10 * (rows + 1), changes),
  ]
}

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal
