import { expect, onTestFinished, test, vi } from "vitest"
import { CoordinationError, type SessionState } from "../coordinator.ts"
import { LeasedSession } from "./leased-session.ts"
import { now } from "./moment.ts"

const timeout = 3000
const answered = async (): Promise<void> => undefined
const silent = (): Promise<void> => new Promise<void>(() => undefined)

function leased(beat: () => Promise<void>): LeasedSession {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] })
  const session = new LeasedSession({ timeout, begun: now(), beat, place: "the backend" })
  onTestFinished(() => {
    session.end("the test is over")
    vi.useRealTimers()
  })
  return session
}

test("while beats are answered the session lives", async () => {
  const beat = vi.fn(answered)
  const session = leased(beat)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(session.state).toBe("connected")
  expect(beat).toHaveBeenCalledTimes(60)
})

test("silence suspends it, and ends it when the backend may have ended it", async () => {
  const session = leased(silent)
  const states: SessionState[] = []
  const reading = (async () => {
    for await (const state of session.states({ signal: new AbortController().signal })) states.push(state)
  })()
  await vi.advanceTimersByTimeAsync(1999)
  expect(session.state).toBe("connected")
  await vi.advanceTimersByTimeAsync(1)
  expect(session.state).toBe("suspended")
  await vi.advanceTimersByTimeAsync(999)
  expect(session.state).toBe("suspended")
  await vi.advanceTimersByTimeAsync(1)
  await reading
  expect(states).toEqual(["connected", "suspended", "lost"])
  expect(session.lost.reason).toMatchObject({ code: "SESSION_LOST" })
  expect(() => session.assertAlive()).toThrow(/nobody answered for 3000 ms/)
})

test("what was promised counts from when a beat was sent, not from when it was answered", async () => {
  const answers: (() => void)[] = []
  const session = leased(() => new Promise((resolve) => answers.push(resolve)))
  await vi.advanceTimersByTimeAsync(1900)
  answers[0]?.()
  await vi.advanceTimersByTimeAsync(1000 + 2000 - 1900 - 1)
  expect(session.state).toBe("connected")
  await vi.advanceTimersByTimeAsync(1)
  expect(session.state).toBe("suspended")
})

test("after a pause the first look says the truth, before any timer runs", () => {
  const session = leased(answered)
  vi.setSystemTime(Date.now() + timeout)
  expect(session.state).toBe("lost")
})

test("a lost link suspends it at once, and the first answer afterwards ends that", async () => {
  let answers = false
  const session = leased(() => (answers ? answered() : Promise.reject(new Error("no link"))))
  session.unlinked()
  expect(session.state).toBe("suspended")
  await vi.advanceTimersByTimeAsync(1500)
  expect(session.state).toBe("suspended")
  answers = true
  session.linked()
  await vi.advanceTimersByTimeAsync(0)
  expect(session.state).toBe("connected")
})

test("a backend that says so ends it", async () => {
  const session = leased(() => Promise.reject(new CoordinationError("SESSION_LOST", "unknown session")))
  await vi.advanceTimersByTimeAsync(1000)
  expect(session.state).toBe("lost")
})

test("an hour of silence is a handful of beats, and none after the session is lost", async () => {
  const beat = vi.fn(silent)
  const session = leased(beat)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(session.state).toBe("lost")
  expect(beat.mock.calls.length).toBeLessThanOrEqual(3)
  expect(vi.getTimerCount()).toBe(0)
})
