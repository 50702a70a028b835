import { parseSourceUrl, readBinlogFile } from "@canal/binlog-protocol"
import { changes } from "../../parser.ts"
import { readChanges } from "../../transaction/read-changes.ts"
import type { Change } from "../../change.ts"

/*
 * Reads a binlog file, or follows a source from the file's beginning, to the first row of a table `done`; reads every
 * value of every row; prints what it read and the most memory that the process had.
 */
const [path = "", url, file = ""] = process.argv.slice(2)
const ending = new AbortController()
const startMib = Math.round(process.memoryUsage.rss() / 2 ** 20)
let rows = 0
let bytes = 0
for await (const batch of read()) for (const change of batch) take(change)
const peakMib = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(`${JSON.stringify({ rows, bytes, startMib, peakMib })}\n`)

function read(): AsyncIterable<readonly Change[]> {
  if (url === undefined) return readChanges(readBinlogFile(path))
  return changes(parseSourceUrl(url), { file, offset: 4, included: true }, { signal: ending.signal })
}

function take(change: Change): void {
  if (change.kind !== "rows") return
  if (change.table.name === "done") return ending.abort()
  for (const { after } of change.values()) {
    rows++
    for (const value of after ?? []) if (value instanceof Uint8Array) bytes += value.length
  }
}
