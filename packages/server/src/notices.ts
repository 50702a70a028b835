import { channel } from "node:diagnostics_channel"

/** What happened in a server that someone who runs it may want to read. */
export interface ServerNotice {
  readonly level: "debug" | "info" | "warning" | "error"
  /** What happened, to what, and what to do. */
  readonly message: string
  readonly error?: unknown
}

const notices = channel("canal:server")

/** Publishes to the diagnostics channel `canal:server`; messages are `ServerNotice`. */
export function publishNotice(level: ServerNotice["level"], message: string, error?: unknown): void {
  if (!notices.hasSubscribers) return
  const notice: ServerNotice = error === undefined ? { level, message } : { level, message, error }
  notices.publish(notice)
}

/** Entries that were handed out to a client. Published on the diagnostics channel `canal:server:batch`. */
export interface BatchNotice {
  readonly destination: string
  readonly clientId: number
  readonly batchId: number
  readonly entries: number
}

const batches = channel("canal:server:batch")

/** Publishes a batch right before it is sent. */
export function publishBatch(destination: string, clientId: number, batchId: number, entries: number): void {
  if (!batches.hasSubscribers) return
  const notice: BatchNotice = { destination, clientId, batchId, entries }
  batches.publish(notice)
}
