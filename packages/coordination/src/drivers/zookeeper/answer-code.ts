import { CoordinationError } from "../../coordinator.ts"

/** Codes of answers that a caller tells apart; all others are errors. */
export const ANSWER = {
  OK: 0,
  NO_NODE: -101,
  BAD_VERSION: -103,
  NODE_EXISTS: -110,
  NOT_EMPTY: -111,
} as const

const EXPECTED: readonly number[] = Object.values(ANSWER)

const CLOSED: Readonly<Record<number, string>> = {
  [-112]: "session expired",
}

const REFUSALS: Readonly<Record<number, string>> = {
  [-6]: "unknown to this server, which is older than ZooKeeper 3.5",
  [-8]: "bad arguments: a path that ZooKeeper cannot hold",
  [-102]: "not authorised",
  [-108]: "no children below an ephemeral node",
  [-113]: "not authorised",
  [-114]: "invalid ACL",
  [-115]: "authentication failed",
  [-119]: "read-only server",
  [-124]: "the server asks for SASL, which this client has not",
  [-125]: "quota exceeded",
}

const ABSENCES: Readonly<Record<number, string>> = {
  [-4]: "connection loss",
  [-7]: "operation timeout",
  [-9]: "connection closed",
  [-116]: "connection closed",
  [-118]: "session moved to another server",
}

/**
 * @param why what is known of an answer that did not come
 * @throws CoordinationError for a code that no caller expects
 */
export function assertAnswered(code: number, what: string, why?: string): void {
  if (EXPECTED.includes(code)) return
  const reason = CLOSED[code] ?? REFUSALS[code] ?? ABSENCES[code] ?? `error ${code}`
  const message = `${what}: ${reason}${why === undefined ? "" : ` (${why})`}`
  if (code in CLOSED) throw new CoordinationError("SESSION_LOST", message)
  if (code in REFUSALS) throw new CoordinationError("REFUSED", message)
  throw new CoordinationError("UNAVAILABLE", message)
}
