import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { withFileLock } from "./file-lock.ts"

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "file-lock-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, "lock")
}

test("two owners never work at once, and the one that waits is told so", async () => {
  const path = lockPath()
  const steps: string[] = []
  const first = Promise.withResolvers<void>()
  const working = withFileLock(
    path,
    () => undefined,
    async () => {
      steps.push("first begins")
      await first.promise
      steps.push("first ends")
    },
  )
  const waiting = (): void => {
    steps.push("second waits")
    first.resolve()
  }
  await withFileLock(path, waiting, async () => void steps.push("second works"))
  await working
  expect(steps).toEqual(["first begins", "second waits", "first ends", "second works"])
  expect(existsSync(path)).toBe(false)
})

test("the lock of a process that has ended is taken over", async () => {
  const path = lockPath()
  const { pid } = spawnSync(process.execPath, ["--eval", ""])
  writeFileSync(path, `${pid}\n`)
  const told: number[] = []
  await withFileLock(
    path,
    (owner) => told.push(owner),
    async () => undefined,
  )
  expect(told).toEqual([])
})

test("work that fails releases the lock", async () => {
  const path = lockPath()
  const failing = withFileLock(
    path,
    () => undefined,
    () => Promise.reject(new Error("no")),
  )
  await expect(failing).rejects.toThrow("no")
  expect(existsSync(path)).toBe(false)
})
