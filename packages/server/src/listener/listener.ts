import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:net"
import { ServerError } from "../errors.ts"
import type { Credentials } from "./authentication.ts"
import type { Destinations } from "./requests.ts"
import { Session } from "./session.ts"

export interface ListenOptions {
  /** Address to bind; all where absent. */
  readonly host?: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  readonly destinations: Destinations
  readonly credentials: Credentials
  /** 8 bytes for a connection's handshake; random ones where absent. */
  readonly seed?: (() => Buffer) | undefined
  /** Milliseconds after connecting within which a client must have authenticated; default 30,000. */
  readonly authenticationTime?: number | undefined
}

/** Takes connections from clients. */
export interface Listener {
  readonly port: number
  /** Takes no more connections, and ends those that are there after their present answer. */
  close(): Promise<void>
}

/** @throws ServerError `CANNOT_LISTEN` */
export async function listen(options: ListenOptions): Promise<Listener> {
  const sessions = new Set<Session>()
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const { destinations, credentials } = options
    const seed = options.seed?.() ?? randomBytes(8)
    const session = new Session(socket, {
      destinations,
      credentials,
      seed,
      authenticationTime: options.authenticationTime ?? 30_000,
    })
    sessions.add(session)
    socket.once("close", () => sessions.delete(session))
  })
  const port = await listening(server, options)
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.all([...sessions].map((session) => session.close()))
      await closed
    },
  }
}

function listening(server: Server, { host, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const where = `port ${port} of ${host ?? "all addresses"}`
      const taken = "code" in error && error.code === "EADDRINUSE"
      const message = taken
        ? `${where} is taken; stop what listens there or choose another port`
        : `${where} cannot be listened on: ${error.message}`
      reject(new ServerError("CANNOT_LISTEN", message, { cause: error }))
    })
    server.listen({ port, host }, () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
}
