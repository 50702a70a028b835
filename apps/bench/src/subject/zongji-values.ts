// Binlog to JavaScript values by @vlasky/zongji.
import ZongJi, { type BinlogEvent } from "@vlasky/zongji"
import { rowsOf } from "./changes.ts"
import { readZongjiRows } from "./zongji-rows.ts"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { readTask } from "./task.ts"

const task = readTask()
const rows = rowsOf(task)
const watch = new Stopwatch(task)
const { host, port, user, password } = task
const zongji = new ZongJi({ host, port, user, password, dateStrings: true, charset: "utf8mb4" })
zongji.on("error", (error: Error) => {
  throw error
})
zongji.on("binlog", (event: BinlogEvent) => {
  const read = readZongjiRows(event, rows)
  if (read === 0 || !watch.count(read)) return
  report(watch.result(rows.digest()))
})
zongji.start({
  serverId: task.serverId,
  filename: task.file,
  position: task.start,
  includeEvents: ["tablemap", "writerows", "updaterows", "deleterows"],
})
