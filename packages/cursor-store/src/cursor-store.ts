import type { Coordinator } from "@canal/coordination"
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

/** Where a destination's cursors are kept over many ownerships: opened anew by each owner. */
export interface CursorStores {
  /**
   * Reads what is stored and makes it the caller's: from now on a write by whoever opened it before is refused. The
   * coordinator stays the caller's, and must outlive the store.
   * @throws CursorStoreError `UNREADABLE`; `NOT_WRITTEN`; `FENCED` where somebody else opens it at the same time or the
   * session is over; `IN_USE` where only one process can have it open
   */
  open(coordinator: Coordinator): Promise<CursorStore>
  /**
   * After the backend lost its data: writes back, only where nothing is, the subscriptions and cursors that the store
   * opened last held. To be called before `open`, and only then: a client that unsubscribed elsewhere would come back.
   * @returns how many clients were written back
   * @throws CursorStoreError `NOT_WRITTEN`: call it again; `FENCED` where the session is over
   */
  restore(coordinator: Coordinator): Promise<number>
}

export type CursorStoreErrorCode =
  /** What is stored is not a cursor. Nothing was changed; look at the file or node named. */
  | "UNREADABLE"
  /** Writing failed; what was stored before is still there. */
  | "NOT_WRITTEN"
  /** The place cannot be used at all, such as a folder that cannot be written or a node without the right to; the message says which. */
  | "UNUSABLE"
  /**
   * Somebody else owns the destination now, or the session over which this writer wrote is over. Its moves no longer
   * count: open the cursors anew where the destination is owned again.
   */
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
