/** A node as a backend holds it. */
export interface Node {
  readonly path: string
  readonly data: string
  readonly revision: Revision
}

/** Tells one state of a node from another. Compare with `===` only; what it looks like is the driver's business. */
export type Revision = string

/** `suspended`: nobody answers, the session may or may not live. `lost`: it is over, with all its ephemeral nodes. */
export type SessionState = "connected" | "suspended" | "lost"

export interface Session {
  readonly state: SessionState
  /** Aborted when this session is lost. A later session has a signal of its own. */
  readonly lost: AbortSignal
  /** Each state from now on; begins with the present one. */
  states(options: { readonly signal: AbortSignal }): AsyncIterable<SessionState>
}

export interface PutOptions {
  /** Write only where the node is in this state, or does not exist (`"absent"`); else `CONFLICT`. */
  readonly ifRevision?: Revision
  /** The node ends with the session. */
  readonly ephemeral?: boolean
}

/** What ZooKeeper, etcd and Redis can all honour: nodes in a tree of paths such as `/otter/canal/destinations`. */
export interface Coordinator extends AsyncDisposable {
  readonly session: Session
  get(path: string): Promise<Node | undefined>
  /** Names of the nodes right below a path, sorted. Empty where the path does not exist. */
  children(path: string): Promise<readonly string[]>
  /** Writes a node; missing nodes above it are created, persistent and empty. */
  put(path: string, data: string, options?: PutOptions): Promise<Node>
  /** Removes a node and all below it. A node that does not exist is fine, unless `ifRevision` asks for one. */
  remove(path: string, options?: { readonly ifRevision?: Revision }): Promise<void>
  /** The node's state now and after each change: always the last state, perhaps not each step. */
  watch(path: string, options: { readonly signal: AbortSignal }): AsyncIterable<Node | undefined>
}

export type CoordinationErrorCode =
  /** The node is not in the state that `ifRevision` asked for. Normal when two try at once. */
  | "CONFLICT"
  /** The session is over; open a new coordinator session. */
  | "SESSION_LOST"
  /** The backend does not answer now. */
  | "UNAVAILABLE"

export class CoordinationError extends Error {
  override readonly name = "CoordinationError"
  readonly code: CoordinationErrorCode
  readonly retryable: boolean

  constructor(code: CoordinationErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = code === "UNAVAILABLE"
  }
}
