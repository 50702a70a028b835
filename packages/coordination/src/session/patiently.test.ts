import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { expect, onTestFinished, test, vi } from "vitest"
import { CoordinationError } from "../coordinator.ts"
import { patiently } from "./patiently.ts"

// The fake clock does not reach the timers that are promises.
vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number, value: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds, value)
      signal.addEventListener("abort", () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}))

const HOUR = 3_600_000
const place = "ZooKeeper at zk1:2181"

/** What is told while the test runs. */
function told(): readonly unknown[] {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
  const notices: unknown[] = []
  const listen = (notice: unknown): void => {
    notices.push(notice)
  }
  subscribe("canal:coordination", listen)
  onTestFinished(() => {
    unsubscribe("canal:coordination", listen)
    vi.useRealTimers()
  })
  return notices
}

test("an hour of absence is a notice a minute and an attempt every few seconds, and then it goes on", async () => {
  const notices = told()
  let isAway = true
  let attempts = 0
  const began = patiently(place, async () => {
    attempts += 1
    if (isAway) throw new Error("connect ECONNREFUSED")
    return "a session"
  })
  await vi.advanceTimersByTimeAsync(HOUR)
  // 5 s between two at most, 2.5 s at least, and a few quick ones at first.
  expect(attempts).toBeGreaterThanOrEqual(HOUR / 5000)
  expect(attempts).toBeLessThanOrEqual(HOUR / 2500 + 10)
  const minutes = HOUR / 60_000
  expect(notices.length).toBeGreaterThan(minutes * 0.9)
  expect(notices.length).toBeLessThanOrEqual(minutes + 1)
  for (const notice of notices) {
    expect(notice).toMatchObject({
      level: "warning",
      message: `${place} does not answer (connect ECONNREFUSED); trying again until it does`,
    })
  }
  expect(vi.getTimerCount()).toBe(1)

  isAway = false
  await vi.advanceTimersByTimeAsync(5000)
  expect(await began).toBe("a session")
  expect(notices.at(-1)).toMatchObject({ level: "info", message: `${place} answers` })
  expect(vi.getTimerCount()).toBe(0)
})

test("one that answers at once is nothing to tell of", async () => {
  const notices = told()
  expect(await patiently(place, async () => 1)).toBe(1)
  expect(notices).toEqual([])
})

test("what waiting does not mend ends it, and so does the signal", async () => {
  told()
  const refusal = new CoordinationError("REFUSED", "no such user")
  await expect(patiently(place, () => Promise.reject(refusal))).rejects.toBe(refusal)
  const over = new AbortController()
  const attempt = vi.fn(() => Promise.reject(new Error("connect ECONNREFUSED")))
  const waiting = expect(patiently(place, attempt, over.signal)).rejects.toThrow("over")
  await vi.advanceTimersByTimeAsync(1)
  over.abort(new Error("over"))
  await waiting
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(attempt).toHaveBeenCalledTimes(1)
})
