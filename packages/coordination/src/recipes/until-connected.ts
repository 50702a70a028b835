import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError, type Coordinator } from "../coordinator.ts"

/** Milliseconds between two attempts while the backend does not answer, and after two collided. */
const AGAIN = 500
const COLLIDED = 20

/**
 * Does something until it succeeds: again when the backend answers after it did not, and again after `CONFLICT`. Does
 * nothing more when the signal is aborted or the session is lost.
 * @throws whatever else it throws
 */
export async function untilConnected(
  { session }: Coordinator,
  signal: AbortSignal,
  attempt: () => Promise<void>,
): Promise<void> {
  await again(() => !signal.aborted && session.state !== "lost", signal, attempt)
}

/**
 * Does something that the end of the session does as well, only later: again after `CONFLICT`, but not where the backend
 * does not answer.
 * @throws whatever else it throws
 */
export async function whileConnected({ session }: Coordinator, attempt: () => Promise<void>): Promise<void> {
  await again(() => session.state === "connected", session.lost, attempt)
}

async function again(
  goesOn: () => boolean,
  signal: AbortSignal,
  attempt: () => Promise<void>,
): Promise<void> {
  while (goesOn()) {
    try {
      await attempt()
      return
    } catch (error) {
      if (!goesOn()) return
      if (!(error instanceof CoordinationError)) throw error
      if (error.code === "REFUSED" || error.code === "INVALID_OPTION") throw error
      await sleep(error.code === "CONFLICT" ? COLLIDED : AGAIN, undefined, { signal }).catch(() => undefined)
    }
  }
}
