// The raw dump over a connection of mysql2, thrown away as it comes: the limit that the socket itself sets. mysql2's own
// createBinlogStream cannot be held against anything: it fails on the name of the file, which it has no encoding for.
import { Socket } from "node:net"
import { createConnection } from "mysql2"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { byteTask, type Task } from "./task.ts"

const task = byteTask()
const watch = new Stopwatch(task)
const { host, port, user, password } = task
const connection = createConnection({ host, port, user, password })
connection.on("error", (error) => {
  throw error
})
connection.query("SET @source_binlog_checksum=@@global.binlog_checksum", (error) => {
  if (error !== null) throw error
  const socket: unknown = Reflect.get(connection, "stream")
  if (!(socket instanceof Socket)) throw new Error("mysql2 has no socket in connection.stream any more")
  socket.removeAllListeners("data")
  socket.on("data", (chunk) => {
    if (watch.countUpTo(chunk.length)) report(watch.result(null))
  })
  socket.write(dumpPacket(task))
})

/** COM_BINLOG_DUMP: 3 length · 1 sequence number · 1 command · 4 offset · 2 flags · 4 server id · the file's name. */
function dumpPacket({ file, start, serverId }: Task): Buffer {
  const packet = Buffer.alloc(15 + file.length)
  packet.writeUIntLE(packet.length - 4, 0, 3)
  packet[4] = 0x12
  packet.writeUInt32LE(start, 5)
  packet.writeUInt32LE(serverId, 11)
  packet.write(file, 15)
  return packet
}
