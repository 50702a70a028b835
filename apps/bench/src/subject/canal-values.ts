// Binlog to JavaScript values by @canal/binlog-protocol: one process, checksums verified.
import { openBinlog, type RowImage, rowReader, type RowsEvent, type TableMap } from "@canal/binlog-protocol"
import { rowsOf } from "./changes.ts"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { readTask } from "./task.ts"

const task = readTask()
const rows = rowsOf(task)
const watch = new Stopwatch(task)
const ending = new AbortController()
const readers = new WeakMap<TableMap, (event: RowsEvent) => readonly RowImage[]>()

function read(event: RowsEvent): boolean {
  const { table } = event
  let reader = readers.get(table)
  if (reader === undefined) {
    reader = rowReader(table)
    readers.set(table, reader)
  }
  const images = reader(event)
  for (const { before, after } of images) rows.values(table.table, before, after)
  return watch.count(images.length)
}

const from = { file: task.file, offset: task.start }
reading: for await (const events of openBinlog({ ...task, tls: { mode: "off" } }, from, {
  serverId: task.serverId,
  signal: ending.signal,
})) {
  for (const event of events) if (event.type === "rows" && read(event)) break reading
}
report(watch.result(rows.digest()))
