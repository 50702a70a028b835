import { createServer } from "node:net"

/** A TCP port of 127.0.0.1 on which nobody listened a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.on("error", reject)
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    if (address === null || typeof address === "string") reject(new Error("the system gave no port"))
    else server.close(() => resolve(address.port))
  })
  return promise
}
