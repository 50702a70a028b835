import { channel } from "node:diagnostics_channel"
import { CursorStoreError } from "./cursor-store.ts"

/** Published on the diagnostics channel `canal:cursor-store`. */
export interface CursorStoreNotice {
  readonly level: "error"
  readonly message: string
  readonly error: CursorStoreError
}

const notices = channel("canal:cursor-store")

/** Says that writing failed or, with `FENCED`, has come to its end. */
export function publishFailure(error: unknown): void {
  if (!(error instanceof CursorStoreError)) throw error
  const message = error.retryable
    ? `${error.message}; trying again, what was stored before is still there`
    : error.message
  const notice: CursorStoreNotice = { level: "error", message, error }
  notices.publish(notice)
}
