import { connectSource, type SourceConnection } from "@canal/binlog-protocol"
import type { Task } from "./task.ts"

/** COM_BINLOG_DUMP: 1 command · 4 offset · 2 flags · 4 server id · the file's name to the end. */
const COM_BINLOG_DUMP = 0x12
const PACKET_HEADER = 4

/** A connection that dumps as a replica would that checks sums, and the command that begins the dump. */
export async function prepareDump(
  task: Task,
): Promise<{ readonly connection: SourceConnection; readonly command: Buffer }> {
  const connection = await connectSource({ ...task, tls: { mode: "off" } })
  await connection.query("SET @source_binlog_checksum=@@global.binlog_checksum")
  const name = Buffer.from(task.file)
  const body = Buffer.alloc(11 + name.length)
  body[0] = COM_BINLOG_DUMP
  body.writeUInt32LE(task.start, 1)
  body.writeUInt32LE(task.serverId, 7)
  name.copy(body, 11)
  const header = Buffer.alloc(PACKET_HEADER)
  header.writeUIntLE(body.length, 0, 3)
  return { connection, command: Buffer.concat([header, body]) }
}
