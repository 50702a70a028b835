/** The longest time that Node's timers can wait; more would fire at once. */
const LONGEST = 2_147_483_647

/**
 * Waits until something holds, the time is over, or the signal is aborted; whichever it was, the caller looks.
 * @param wait milliseconds; `Infinity` for no limit
 * @param subscribe registers a function to call when it may hold now; returns how to take it back
 */
export function waitUntil(
  holds: () => boolean,
  wait: number,
  signal: AbortSignal,
  subscribe: (check: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", end)
      unsubscribe()
      resolve()
    }
    const check = () => {
      if (holds()) end()
    }
    const timer = wait <= LONGEST ? setTimeout(end, wait) : undefined
    const unsubscribe = subscribe(check)
    signal.addEventListener("abort", end)
    check()
  })
}
