import type { Socket } from "node:net"
import { BinlogError } from "../errors.ts"

/**
 * The chunks of a socket as they are asked for; while nobody asks, nothing is read and the other side has to wait.
 * The socket is destroyed when the iteration ends, for whatever reason.
 * @param silence milliseconds without a byte, counted only while one is being waited for, after which the other side
 * is taken for dead: `SOURCE_SILENT`.
 * @throws the socket's own error; `CONNECTION_LOST` when the other side ends; the signal's reason when aborted.
 */
export async function* watchedChunks(
  socket: Socket,
  where: string,
  silence: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  let waiting = true
  const watchdog = setTimeout(() => {
    if (!waiting) return
    socket.destroy(
      new BinlogError(
        "SOURCE_SILENT",
        `${where}: nothing came for ${silence / 1000} s although the source was asked for a sign of life; the connection is taken for dead`,
      ),
    )
  }, silence)
  const abort = (): void => {
    socket.destroy()
  }
  signal.addEventListener("abort", abort, { once: true })
  try {
    signal.throwIfAborted()
    for await (const chunk of socket) {
      waiting = false
      if (Buffer.isBuffer(chunk)) yield chunk
      waiting = true
      watchdog.refresh()
    }
    throw new BinlogError("CONNECTION_LOST", `${where}: the source closed the connection`)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener("abort", abort)
    socket.destroy()
  }
}
