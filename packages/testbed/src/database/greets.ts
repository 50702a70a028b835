import { connect } from "node:net"

/** A server that is up sends the first packet. */
export async function greets(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: "127.0.0.1", port })
  socket.once("data", () => resolve(true))
  socket.once("error", () => resolve(false))
  socket.once("close", () => resolve(false))
  const answer = await promise
  socket.destroy()
  return answer
}
