import type { Socket } from "node:net"
import type { Answer } from "./requests.ts"

/**
 * Writes an answer to a client and resolves when it may be given more: at once while it reads, else when it has read, or
 * when the connection is closed.
 */
export function send(socket: Socket, { frames, done }: Answer): Promise<void> {
  const last = frames.at(-1)
  if (last === undefined || socket.destroyed || socket.writableEnded) {
    done()
    return Promise.resolve()
  }
  socket.cork()
  for (const frame of frames.slice(0, -1)) socket.write(frame)
  // Frames are written in their order. When a socket is destroyed nothing of it is written any more, and this is called.
  socket.write(last, done)
  socket.uncork()
  if (!socket.writableNeedDrain) return Promise.resolve()
  return new Promise((resolve) => {
    const goOn = () => {
      socket.off("drain", goOn)
      socket.off("close", goOn)
      resolve()
    }
    socket.on("drain", goOn)
    socket.on("close", goOn)
  })
}
