// Binlog to JavaScript values by @powersync/mysql-zongji.
import { ZongJi } from "@powersync/mysql-zongji"
import { rowsOf } from "./changes.ts"
import { readZongjiRows } from "./zongji-rows.ts"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { readTask } from "./task.ts"

const task = readTask()
const rows = rowsOf(task)
const watch = new Stopwatch(task)
const { host, port, user, password } = task
const zongji = new ZongJi({ host, port, user, password, dateStrings: true })
zongji.on("error", (error: Error) => {
  throw error
})
zongji.on("binlog", (event: unknown) => {
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
