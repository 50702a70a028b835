import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { progressTeller } from "./progress.ts"

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }))
afterEach(() => void vi.useRealTimers())

/** What is told when a file of 300 MB is read at 10 MB a second. */
function told(progressOnTerminal: boolean, dataOnTerminal: boolean): readonly string[] {
  const texts: string[] = []
  const stream = { isTTY: progressOnTerminal, write: (text: string) => void texts.push(text) }
  const tell = progressTeller(stream, { isTTY: dataOnTerminal })
  for (let second = 0; second < 30; second++) {
    vi.advanceTimersByTime(1000)
    tell((second + 1) * 1e7, 3e8, "/data/binlog.000007")
  }
  tell.done()
  return texts
}

test("a line every ten seconds, beside data or not", () => {
  const lines = [33, 66, 100].map((percent) => `binlog.000007: ${percent} % of 300 MB\n`)
  expect(told(false, false)).toEqual(lines)
  expect(told(false, true)).toEqual(lines)
})

test("on a terminal one line that changes and goes", () => {
  const texts = told(true, false)
  expect(texts).toHaveLength(31)
  expect(texts[0]).toBe("\rbinlog.000007: 3 % of 300 MB\u001B[K")
  expect(texts.at(-1)).toBe("\r\u001B[K")
})

test("nothing on a terminal that shows the data", () => {
  expect(told(true, true)).toEqual([])
})
