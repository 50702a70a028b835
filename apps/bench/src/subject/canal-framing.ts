// Frames a dump, verifies the checksum of every event, and wants the rows of no table.
import { openBinlog } from "@canal/binlog-protocol"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { byteTask } from "./task.ts"

const task = byteTask()
const watch = new Stopwatch(task)
const ending = new AbortController()
const source = { ...task, tls: { mode: "off" } } as const
const options = { serverId: task.serverId, signal: ending.signal, wantsTable: () => false }
let at = task.start
for await (const events of openBinlog(source, { file: task.file, offset: task.start }, options)) {
  const end = events.findLast((event) => event.file === task.file)?.endPosition ?? at
  if (watch.countUpTo(end - at)) report(watch.result(null))
  at = end
}
