import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError } from "@canal/coordination"
import { CursorStoreError } from "@canal/cursor-store"

/** Milliseconds between two attempts. */
const AGAIN = 500

/**
 * Does something with what the backend holds, again and again while it does not answer or somebody else was quicker.
 * @returns `undefined` when the signal is aborted before it succeeded
 * @throws what trying again does not mend
 */
export async function patiently<T>(until: AbortSignal, attempt: () => Promise<T>): Promise<T | undefined> {
  while (!until.aborted) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayPass(error)) throw error
      await sleep(AGAIN, undefined, { signal: until }).catch(() => undefined)
    }
  }
  return undefined
}

/** A session or an ownership that is lost says so by the signal as well, in a moment. */
function mayPass(error: unknown): boolean {
  if (error instanceof CursorStoreError) return error.retryable || error.code === "FENCED"
  if (!(error instanceof CoordinationError)) return false
  return error.retryable || error.code === "CONFLICT" || error.code === "SESSION_LOST"
}
