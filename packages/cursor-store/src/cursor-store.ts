import type { Cursor, Subscription } from "./cursor.ts"

/** Subscriptions and cursors of one destination. */
export interface CursorStore extends AsyncDisposable {
  /** Where it keeps them, for people: a file, a node. */
  readonly place: string
  /** In order of clientId. */
  subscriptions(): Promise<readonly Subscription[]>
  /** Registers a client or replaces its filter. Durable when it resolves. */
  subscribe(subscription: Subscription): Promise<void>
  /** Forgets a client and its cursor. Durable when it resolves. */
  unsubscribe(clientId: number): Promise<void>
  cursor(clientId: number): Promise<Cursor | undefined>
  /** Moves a client's cursor. Durable only after the next `flush`; a store may flush by itself at any time. */
  move(clientId: number, cursor: Cursor): void
  /** Durable when it resolves. */
  flush(): Promise<void>
}

export type CursorStoreErrorCode =
  /** What is stored is not a cursor. Nothing was changed; look at the file or node named. */
  | "UNREADABLE"
  /** Writing failed; what was stored before is still there. */
  | "NOT_WRITTEN"
  /** Somebody else owns the destination now; this writer's moves no longer count. */
  | "FENCED"
  /** Another process keeps the cursors of this destination in the same place. */
  | "IN_USE"

export class CursorStoreError extends Error {
  override readonly name = "CursorStoreError"
  readonly code: CursorStoreErrorCode
  readonly retryable: boolean

  constructor(code: CursorStoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = code === "NOT_WRITTEN"
  }
}
