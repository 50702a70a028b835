import { channel } from "node:diagnostics_channel"

/** What happened to a client that someone who runs it may want to read. */
export interface ClientNotice {
  readonly level: "info" | "warning"
  /** What happened, to what, and what is done about it. */
  readonly message: string
  readonly error?: unknown
}

const notices = channel("canal:client")

/** Publishes to the diagnostics channel `canal:client`; messages are `ClientNotice`. */
export function publishNotice(level: ClientNotice["level"], message: string, error?: unknown): void {
  if (!notices.hasSubscribers) return
  const notice: ClientNotice = error === undefined ? { level, message } : { level, message, error }
  notices.publish(notice)
}
