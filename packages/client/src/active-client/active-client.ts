/** The right to consume for a client. */
export interface Turn {
  /** Aborted when the right is gone: the connection is to be dropped at once. */
  readonly ended: AbortSignal
  /**
   * Waits until it is certain that nobody else consumes, normally not at all. Asked right before what came is handed out.
   * @returns false where the turn has ended, or the signal was aborted, before
   */
  isCertain(signal: AbortSignal): Promise<boolean>
  /** Lets others know from which address this process consumes. */
  connectedFrom(address: string): void
  /** From now on the end of the turn is the client's own doing, and does not abort `ended`. */
  leave(): void
}

/** Whether this process is the one that consumes for a client. */
export interface ActiveClient {
  /**
   * The present turn, or the next one: stands by until then.
   * @throws ClientError `COORDINATION_REFUSED`; the signal's reason
   */
  turn(signal: AbortSignal): Promise<Turn>
  /** Ends the turn for good, when the connection has ended: others take over at once. */
  release(): Promise<void>
}

const turn: Turn = {
  ended: new AbortController().signal,
  isCertain: async () => true,
  connectedFrom: () => undefined,
  leave: () => undefined,
}

/** Nobody else is asked. */
export const alwaysActive: ActiveClient = {
  turn: async () => turn,
  release: async () => undefined,
}
