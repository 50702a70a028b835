// The raw dump of mysql2: events with their headers, no checksum verified.
import { EventEmitter } from "node:events"
import { createConnection } from "mysql2"
import { report, Stopwatch } from "./stopwatch.ts"
import { byteTask } from "./task.ts"

const task = byteTask()
const watch = new Stopwatch(task)
const { host, port, user, password, serverId, file, start } = task
const connection = createConnection({ host, port, user, password })
connection.on("error", (error) => {
  throw error
})
connection.query("SET @source_binlog_checksum=@@global.binlog_checksum", () => {
  // Its types do not know it.
  const open: unknown = Reflect.get(connection, "createBinlogStream")
  const options = { serverId, masterId: 0, filename: file, binlogPos: start, flags: 0 }
  const stream: unknown = typeof open === "function" ? Reflect.apply(open, connection, [options]) : undefined
  if (!(stream instanceof EventEmitter)) throw new Error("mysql2 has no createBinlogStream any more")
  stream.on("data", (event: { readonly header: { readonly eventSize: number } }) => {
    if (watch.countUpTo(event.header.eventSize)) report(watch.result(null))
  })
})
