import { basename } from "node:path"
import type { OnProgress } from "./file-events.ts"

const TERMINAL_EVERY_MS = 200
const LINE_EVERY_MS = 10_000

/** Where it is told. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** What tells how far a reading has got. */
export type ProgressTeller = OnProgress & { done(): void }

/** Tells on standard error how far a long reading has got: one line that changes on a terminal, else a line every 10 s. */
export function progressTeller(
  stream: ProgressStream = process.stderr,
  data: Pick<ProgressStream, "isTTY"> = process.stdout,
): ProgressTeller {
  const onTerminal = stream.isTTY === true
  const every = onTerminal ? TERMINAL_EVERY_MS : LINE_EVERY_MS
  // Where data and progress would share a terminal, the data tells it.
  const silent = onTerminal && data.isTTY === true
  let told = performance.now()
  let shown = false
  const tell: OnProgress = (read, size, file) => {
    const now = performance.now()
    if (silent || now - told < every) return
    told = now
    const percent = Math.floor((read * 100) / Math.max(size, 1))
    const text = `${basename(file)}: ${percent} % of ${(size / 1e6).toFixed(0)} MB`
    shown = onTerminal
    stream.write(onTerminal ? `\r${text}\u001B[K` : `${text}\n`)
  }
  return Object.assign(tell, {
    done(): void {
      if (shown) stream.write("\r\u001B[K")
      shown = false
    },
  })
}
