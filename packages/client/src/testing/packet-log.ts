import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import {
  decodeClientAck,
  decodeGet,
  decodeMessages,
  decodePacket,
  FrameDecoder,
  MAX_FRAME_LENGTH,
  PacketType,
} from "@canal/protocol"

/** A way to a server on which every packet is written down. */
export interface PacketLog extends AsyncDisposable {
  readonly port: number
  /**
   * What has passed, in the order in which it did: `get` waits, `get at once` does not; `batch` is one with its id, `nothing`
   * the answer without one.
   */
  readonly packets: readonly string[]
  /** Bytes that the client has been sent. */
  readonly sent: number
  /** Whether the client does not take what it is sent. */
  readonly isHeldBack: boolean
}

/** Listens on a free port and passes everything on to `port`. */
export async function startPacketLog(port: number): Promise<PacketLog> {
  const packets: string[] = []
  const sockets = new Set<Socket>()
  let client: Socket | undefined
  const server = createServer((near) => {
    client = near
    const far = connect(port, "127.0.0.1")
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      const frames = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
      from.on("data", (chunk: Buffer) => {
        for (const frame of frames.push(chunk)) {
          const text = textOf(frame)
          if (text !== undefined) packets.push(text)
        }
        if (to.write(chunk)) return
        from.pause()
        to.once("drain", () => from.resume())
      })
      from.on("end", () => to.end())
      from.on("error", () => to.destroy())
      from.on("close", () => to.destroy())
      sockets.add(from)
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    packets,
    get sent() {
      return client === undefined ? 0 : client.bytesWritten - client.writableLength
    },
    get isHeldBack() {
      return client?.writableNeedDrain ?? false
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}

function textOf(frame: Buffer): string | undefined {
  const { type, body } = decodePacket(frame)
  switch (type) {
    case PacketType.GET:
      return decodeGet(body).timeout === -1 ? "get at once" : "get"
    case PacketType.MESSAGES: {
      const { batchId } = decodeMessages(body)
      return batchId === -1 ? "nothing" : `batch ${batchId}`
    }
    case PacketType.CLIENTACK:
      return `ack ${decodeClientAck(body).batchId}`
    case PacketType.CLIENTROLLBACK:
      return "rollback"
    default:
      return undefined
  }
}
