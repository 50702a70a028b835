import { connect as connectTcp } from "node:net"
import { connect as connectTls } from "node:tls"

/** Milliseconds; a server that hangs accepts connections and answers nothing. */
const PATIENCE = 2000

/**
 * Sends one inline command to a Redis or a sentinel of this machine.
 * @returns its answer as it stands on the wire; empty where nobody answers
 */
export async function askRedis(
  port: number,
  command: string,
  options?: { readonly tls: boolean },
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const address = { host: "127.0.0.1", port }
  const socket =
    options?.tls === true ? connectTls({ ...address, rejectUnauthorized: false }) : connectTcp(address)
  let answer = ""
  socket.setEncoding("utf8").setTimeout(PATIENCE, () => socket.destroy())
  socket.on("data", (text: string) => {
    answer += text
    if (isComplete(answer)) resolve()
  })
  socket.on("error", () => resolve())
  socket.on("close", () => resolve())
  socket.write(`${command}\r\n`)
  await promise
  socket.destroy()
  return answer
}

/** Of RESP2: a line, a string with its length before it, or an array of such strings. */
function isComplete(answer: string): boolean {
  const [, kind, count = "0"] = /^([+\-:$*])(-?\d+)?[^\r]*\r\n/.exec(answer) ?? []
  if (kind === undefined) return false
  const lines = answer.split("\r\n").length - 1
  if (kind === "*") return lines > 2 * Number(count)
  const head = answer.indexOf("\n") + 1
  return kind !== "$" || count === "-1" || Buffer.byteLength(answer) >= head + Number(count) + 2
}
