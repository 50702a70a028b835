import { connect, createServer, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

/** Where a TCP server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** A TCP proxy on this machine whose network can be hurt. */
export interface Proxy extends Address, AsyncDisposable {
  /** Connections that are open now. */
  readonly connections: number
  /** Resets every connection and refuses new ones until `heal()`. */
  cut(): void
  /** Resets every connection that is open now; new ones are accepted. */
  reset(): void
  /** Half-open: connections stay, new ones are accepted, and nothing passes in either direction until `heal()`. */
  pause(): void
  /** Lets each piece of data wait this many milliseconds from now on; order is kept. */
  delay(milliseconds: number): void
  /** Ends `cut`, `pause` and `delay`; data that was held back passes. */
  heal(): void
}

export interface ProxyOptions {
  readonly to: Address
  /** Where it listens; a free port of 127.0.0.1 unless given. */
  readonly listen?: Address
}

/** Starts a proxy to `to`. */
export async function startProxy({ to, listen }: ProxyOptions): Promise<Proxy> {
  const host = listen?.host ?? "127.0.0.1"
  const open = new Set<Socket>()
  let refusing = false
  let delayMs = 0
  /** Settles when data may pass; replaced by `pause`. */
  let gate = Promise.withResolvers<void>()
  gate.resolve()

  /** Reading waits for the gate, so that the sender feels the pause as a full window, as it would in a dead network. */
  async function pump(from: Socket, into: Socket): Promise<void> {
    const pieces: AsyncIterable<Uint8Array> = from
    for await (const piece of pieces) {
      if (delayMs > 0) await sleep(delayMs)
      await gate.promise
      if (!into.write(piece)) await drained(into)
    }
    await gate.promise
    into.end()
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (refusing) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ ...to, allowHalfOpen: true })
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on("close", () => open.delete(socket))
      // What one side suffers the other is told, as the network between them would.
      const fail = (): void => {
        socket.destroy()
        other.resetAndDestroy()
      }
      // Writing may fail when nobody reads any more.
      socket.on("error", fail)
      pump(socket, other).catch(fail)
    }
  })
  const { promise: listening, resolve, reject } = Promise.withResolvers<number>()
  server.on("error", reject)
  server.listen(listen?.port ?? 0, host, () => {
    const address = server.address()
    if (address === null || typeof address === "string") reject(new Error("the system gave no port"))
    else resolve(address.port)
  })
  const port = await listening

  function reset(): void {
    for (const socket of open) socket.resetAndDestroy()
  }

  return {
    host,
    port,
    get connections() {
      return open.size / 2
    },
    cut() {
      refusing = true
      reset()
    },
    reset,
    pause() {
      gate = Promise.withResolvers()
    },
    delay(milliseconds) {
      delayMs = milliseconds
    },
    heal() {
      refusing = false
      delayMs = 0
      gate.resolve()
    },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      reset()
      gate.resolve()
      await closed.promise
    },
  }
}

/** Waits until a socket takes data again, or is closed. */
async function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (socket.destroyed || !socket.writableNeedDrain) resolve()
  const done = (): void => resolve()
  socket.once("drain", done)
  socket.once("close", done)
  await promise
  socket.off("drain", done)
  socket.off("close", done)
}
