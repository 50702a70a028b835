import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError } from "../coordinator.ts"
import { publishNotice } from "../notices.ts"

/** Milliseconds before the second attempt, and at most between two. */
const FIRST_DELAY = 200
const MOST_DELAY = 5000
/** Milliseconds between two notices. */
const NOTICE_EVERY = 60_000

/**
 * Tries to begin a session again and again until it works, with growing pauses, and says at most once a minute that it
 * waits.
 * @param attempt one attempt, of bounded time; its signal is the caller's
 * @throws what the attempt throws as CoordinationError `REFUSED` or `INVALID_OPTION`; the signal's reason
 */
export async function patiently<T>(
  place: string,
  attempt: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  let delay = FIRST_DELAY
  let toldAt: number | undefined
  for (;;) {
    signal.throwIfAborted()
    try {
      const result = await attempt(signal)
      if (toldAt !== undefined) publishNotice("info", `${place} answers`)
      return result
    } catch (error) {
      signal.throwIfAborted()
      if (isLasting(error)) throw error
      if (toldAt === undefined || performance.now() - toldAt >= NOTICE_EVERY) {
        toldAt = performance.now()
        const message = error instanceof Error ? error.message : String(error)
        const reason = message.replace(`${place} does not answer: `, "")
        publishNotice("warning", `${place} does not answer (${reason}); trying again until it does`, error)
      }
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      )
      delay = Math.min(MOST_DELAY, delay * 2)
    }
  }
}

/** A session that was lost before it had begun may be begun again. */
function isLasting(error: unknown): boolean {
  return error instanceof CoordinationError && (error.code === "REFUSED" || error.code === "INVALID_OPTION")
}
