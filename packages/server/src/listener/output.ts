import type { Socket } from "node:net"

/**
 * Writes frames to a client and resolves when it may be given more: at once while it reads, else when it has read, or
 * when the connection is closed.
 */
export function send(socket: Socket, frames: readonly Buffer[]): Promise<void> {
  if (frames.length === 0 || socket.destroyed || socket.writableEnded) return Promise.resolve()
  socket.cork()
  for (const frame of frames) socket.write(frame)
  socket.uncork()
  if (!socket.writableNeedDrain) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done)
      socket.off("close", done)
      resolve()
    }
    socket.on("drain", done)
    socket.on("close", done)
  })
}
