/** A node as a backend holds it. */
export interface Node {
  readonly path: string
  readonly data: string
  readonly revision: Revision
  /** Whether it is an ephemeral node of the session that read it: it ends with that session. */
  readonly mine: boolean
}

/** Tells one state of a node from another. Compare with `===` only; what it looks like is the driver's business. */
export type Revision = string

/**
 * `suspended`: nobody answers, the session may or may not live: what it holds must not be used. `lost`: it is over, with
 * all its ephemeral nodes. Told by this process's own clock as well: after a pause, or while the backend's library hangs,
 * a session that the backend may have ended is never shown as connected.
 */
export type SessionState = "connected" | "suspended" | "lost"

export interface Session {
  /** As it is at this moment. Asked before each use of what the session holds. */
  readonly state: SessionState
  /** Milliseconds after which the backend ends a session that it hears nothing of. */
  readonly timeout: number
  /** Aborted when the session is lost; its reason is a CoordinationError `SESSION_LOST` that says why. */
  readonly lost: AbortSignal
  /** Each state from now on; begins with the present one. */
  states(options: { readonly signal: AbortSignal }): AsyncIterable<SessionState>
}

export interface PutOptions {
  /** Write only where the node is in this state, or does not exist (`"absent"`); else `CONFLICT`. */
  readonly ifRevision?: Revision
  /** The node ends with the session. Counts where the node is created; one that exists keeps its kind. */
  readonly ephemeral?: boolean
}

/** Where coordinators meet: one ZooKeeper ensemble, one etcd cluster, one Redis, or one process's memory. */
export interface CoordinationBackend {
  /** For people, without secrets: `ZooKeeper at zk1:2181,zk2:2181/canal`. */
  readonly place: string
  /**
   * Begins a session. A backend that is away is waited for, with a notice a minute on the diagnostics channel
   * `canal:coordination`.
   * @throws CoordinationError `REFUSED` where waiting does not help; the signal's reason
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<Coordinator>
}

/**
 * One session with a backend, and the nodes as ZooKeeper, etcd and Redis can all honour them: a tree of paths such as
 * `/otter/canal/destinations`. When the session is lost everything throws `SESSION_LOST`, and a new one is begun with
 * `CoordinationBackend.connect`. What is written is durable when the promise resolves; one that is refused as
 * `UNAVAILABLE` may have been carried out or not. Disposing ends the session, and with it its ephemeral nodes, at once.
 */
export interface Coordinator extends AsyncDisposable {
  readonly session: Session
  get(path: string): Promise<Node | undefined>
  /** Names of the nodes right below a path, sorted. Empty where the path does not exist. */
  children(path: string): Promise<readonly string[]>
  /** Writes a node; missing nodes above it are created, persistent and empty. */
  put(path: string, data: string, options?: PutOptions): Promise<Node>
  /** Removes a node and all below it. A node that does not exist is fine, unless `ifRevision` asks for one. */
  remove(path: string, options?: { readonly ifRevision?: Revision }): Promise<void>
  /**
   * The node's state now and after each change: always the last state, perhaps not each step. Silent while the session
   * is suspended; ends when the signal is aborted.
   * @throws CoordinationError `SESSION_LOST`
   */
  watch(path: string, options: { readonly signal: AbortSignal }): AsyncIterable<Node | undefined>
}

export type CoordinationErrorCode =
  /** The node is not in the state that `ifRevision` asked for. Normal when two try at once. */
  | "CONFLICT"
  /** The session is over; open a new coordinator session. */
  | "SESSION_LOST"
  /** The backend does not answer now. */
  | "UNAVAILABLE"
  /** The backend refuses: credentials, permissions, a path that it cannot hold. */
  | "REFUSED"
  /** An option that means nothing; the message names it. */
  | "INVALID_OPTION"

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
