import type { EntryRun } from "../encode/encoded-entry.ts"

/** Entries behind their heads as they lie in memory: neighbours are one part. */
export function batchParts(runs: readonly EntryRun[]): readonly Buffer[] {
  const parts: Buffer[] = []
  let first: EntryRun | undefined
  let last: EntryRun | undefined
  for (const run of runs) {
    if (first !== undefined && last !== undefined && (run.slab !== last.slab || run.from !== last.to)) {
      parts.push(part(first, last))
      first = run
    }
    first ??= run
    last = run
  }
  if (first !== undefined && last !== undefined) parts.push(part(first, last))
  return parts
}

/** From the first entry of one run to the last of another, with nothing but entries between them. */
function part({ slab, from }: EntryRun, { to }: EntryRun): Buffer {
  return slab.bytes.subarray(slab.start(from), slab.end(to - 1))
}
