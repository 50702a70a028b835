import { channel } from "node:diagnostics_channel"

/** What happened between this process and a backend that someone who runs it may want to read. */
export interface CoordinationNotice {
  readonly level: "info" | "warning" | "error"
  /** What happened, to what, and what is done about it. */
  readonly message: string
  readonly error?: unknown
}

const notices = channel("canal:coordination")

/** Publishes to the diagnostics channel `canal:coordination`; messages are `CoordinationNotice`. */
export function publishNotice(level: CoordinationNotice["level"], message: string, error?: unknown): void {
  if (!notices.hasSubscribers) return
  const notice: CoordinationNotice = error === undefined ? { level, message } : { level, message, error }
  notices.publish(notice)
}
