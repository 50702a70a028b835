import type { Coordinator } from "../coordinator.ts"

/**
 * A fresh, empty place for one test, which any number of sessions can join. The tests of faults wait until sessions are
 * lost: two or three seconds of session timeout keep them quick.
 */
export interface ContractSpace extends AsyncDisposable {
  /** Begins a session, straight or `through` the link that the tests hurt. */
  connect(options?: { readonly through?: "link" }): Promise<Coordinator>
  /** The network between the sessions `through` it and the backend: whole at first. A proxy of the testbed is one. */
  readonly link?: ContractLink
  /**
   * Kills whoever leads the backend, or the only server that there is, as a crash would; resolves when the backend serves
   * again, whoever leads then.
   */
  failOver?(): Promise<void>
}

export interface ContractLink {
  /** Resets every connection and refuses new ones until `heal()`. */
  cut(): void
  /** Half-open: connections stay, and nothing passes in either direction until `heal()`. */
  pause(): void
  heal(): void
}

export interface ContractOptions {
  /**
   * What a driver or its backend cannot do, with the reason: by the name of a test, or `link` or `failOver` for all that
   * need it of the space. Such a test is declared with the reason in its name and asserts nothing.
   */
  readonly exceptions?: Readonly<Record<string, string>>
}
