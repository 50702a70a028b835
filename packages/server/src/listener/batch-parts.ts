import type { EntryPlace } from "../encode/encoded-entry.ts"

/** Entries behind their heads as they lie in memory: neighbours are one part. */
export function batchParts(entries: readonly EntryPlace[]): readonly Buffer[] {
  const parts: Buffer[] = []
  let first: EntryPlace | undefined
  let last: EntryPlace | undefined
  for (const entry of entries) {
    if (first !== undefined && last !== undefined && (entry.slab !== last.slab || entry.start !== last.end)) {
      parts.push(first.slab.bytes.subarray(first.start, last.end))
      first = entry
    }
    first ??= entry
    last = entry
  }
  if (first !== undefined && last !== undefined) parts.push(first.slab.bytes.subarray(first.start, last.end))
  return parts
}
