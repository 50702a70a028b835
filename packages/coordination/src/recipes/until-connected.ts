import { setTimeout as sleep } from "node:timers/promises"
import { CoordinationError, type Coordinator } from "../coordinator.ts"

/** Milliseconds between two attempts while the backend does not answer, and after two collided. */
const AGAIN = 500
const COLLIDED = 20
/** Milliseconds that a backend is given where nothing depends on its answer. */
const MOMENT = 3000

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
 * Does something that the end of the session does as well, only later: again after `CONFLICT`, but it waits no longer than
 * a moment for a backend that does not answer.
 * @throws whatever else it throws within that moment
 */
export async function whileConnected({ session }: Coordinator, attempt: () => Promise<void>): Promise<void> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), MOMENT)
  try {
    const done = again(() => !late.signal.aborted && session.state === "connected", session.lost, attempt)
    await Promise.race([done, aborted(late.signal)])
  } finally {
    clearTimeout(timer)
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }))
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
