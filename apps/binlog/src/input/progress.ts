import { basename } from "node:path"
import type { OnProgress } from "./file-events.ts"

const TERMINAL_EVERY_MS = 200
const LINE_EVERY_MS = 10_000

/** Tells on standard error how far a long reading has got: one line that changes on a terminal, else a line every 10 s. */
export function progressTeller(stream: NodeJS.WriteStream = process.stderr): OnProgress & { done(): void } {
  const every = stream.isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS
  // Where data and progress would share a terminal, the data tells it.
  const silent = stream.isTTY && process.stdout.isTTY
  let told = performance.now()
  let shown = false
  const tell: OnProgress = (read, size, file) => {
    const now = performance.now()
    if (silent || now - told < every) return
    told = now
    const percent = Math.floor((read * 100) / Math.max(size, 1))
    const text = `${basename(file)}: ${percent} % of ${(size / 1e6).toFixed(0)} MB`
    shown = stream.isTTY
    stream.write(stream.isTTY ? `\r${text}\u001B[K` : `${text}\n`)
  }
  return Object.assign(tell, {
    done(): void {
      if (shown) stream.write("\r\u001B[K")
      shown = false
    },
  })
}
