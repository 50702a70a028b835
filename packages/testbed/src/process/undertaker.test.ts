import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { spawnApp } from "./app.ts"
import { isRunning } from "./is-running.ts"

test("kill -9 of a process ends what it started and removes its folders", async () => {
  const folder = mkdtempSync(join(tmpdir(), "undertaker-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const program = join(folder, "parent.ts")
  writeFileSync(
    program,
    `import { createScratchFolder } from ${place("scratch-folder.ts")}
import { spawnSupervised } from ${place("supervised.ts")}
const { path } = createScratchFolder("undertaker")
const { pid } = await spawnSupervised(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" })
console.log("started", pid, path)
setInterval(() => {}, 1000)
`,
  )
  await using parent = await spawnApp(program)
  const [, pid, scratch] = (await parent.line(/^started/)).split(" ")
  expect(isRunning(Number(pid))).toBe(true)
  expect(existsSync(String(scratch))).toBe(true)
  // Only the parent, not its group: the child is in a group of its own.
  await parent.kill9()
  while (isRunning(Number(pid)) || existsSync(String(scratch))) await sleep(20)
})

function place(name: string): string {
  return JSON.stringify(new URL(name, import.meta.url).href)
}
