// Sends the command of a dump and throws away what comes: the limit that the socket itself sets.
import { prepareDump } from "./dump-command.ts"
import { report, Stopwatch } from "./stopwatch.ts"
import { byteTask } from "./task.ts"

const task = byteTask()
const watch = new Stopwatch(task)
const { connection, command } = await prepareDump(task)
const socket = connection.takeSocket()
socket.on("data", (chunk: Buffer) => {
  if (watch.countUpTo(chunk.length)) report(watch.result(null))
})
socket.on("end", () => {
  throw new Error("the source closed the connection")
})
socket.resume()
socket.write(command)
