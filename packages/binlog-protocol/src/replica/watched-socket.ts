import { BinlogError } from "../errors.ts"
import type { SourceStream } from "./source-stream.ts"

/** Bytes that are read ahead of what is asked for. */
const READ_AHEAD = 128 * 1024

/**
 * The chunks of a source as they are asked for; while nobody asks, next to nothing is read and the other side has to
 * wait. The socket is destroyed when the iteration ends, for whatever reason.
 * @param silence milliseconds without a byte, counted only while one is being waited for, after which the other side
 * is taken for dead: `SOURCE_SILENT`.
 * @throws the socket's own error; `CONNECTION_LOST` when the other side ends; the signal's reason when aborted.
 */
export async function* watchedChunks(
  stream: SourceStream,
  where: string,
  silence: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  const { socket } = stream
  const chunks: Buffer[] = []
  let held = 0
  let failure: unknown
  /** Set while a chunk is being waited for. */
  let wake: (() => void) | undefined
  const end = (reason: unknown): void => {
    failure ??= reason
    wake?.()
  }
  const watchdog = setTimeout(() => {
    if (wake !== undefined) end(silent(where, silence))
  }, silence)
  const abort = (): void => end(signal.reason)
  // Listened to and not iterated over: that takes a dozen turns of the loop for each chunk.
  const take = (chunk: Buffer): void => {
    chunks.push(chunk)
    held += chunk.length
    if (held >= READ_AHEAD) socket.pause()
    wake?.()
  }
  const closed = (): void =>
    end(new BinlogError("CONNECTION_LOST", `${where}: the source closed the connection`))
  stream.listen(take)
  socket.on("error", end).on("end", closed).on("close", closed)
  signal.addEventListener("abort", abort, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const chunk = chunks.shift()
      if (chunk !== undefined) {
        held -= chunk.length
        yield chunk
        continue
      }
      if (failure !== undefined) throw failure
      socket.resume()
      watchdog.refresh()
      await new Promise<void>((resolve) => (wake = resolve))
      wake = undefined
    }
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener("abort", abort)
    socket.destroy()
  }
}

function silent(where: string, silence: number): BinlogError {
  return new BinlogError(
    "SOURCE_SILENT",
    `${where}: nothing came for ${silence / 1000} s although the source was asked for a sign of life; the connection is taken for dead`,
  )
}
