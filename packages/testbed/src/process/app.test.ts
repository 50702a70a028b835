import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { type App, type AppOptions, spawnApp } from "./app.ts"

async function run(text: string, options?: AppOptions): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), "app-"))
  const program = join(folder, "program.mjs")
  writeFileSync(program, text)
  const app = await spawnApp(program, options)
  onTestFinished(async () => {
    await app[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  return app
}

test("lines and the exit code of a program that ends", async () => {
  const app = await run(`console.log("one\\ntwo"); console.error(process.env.WORD); process.exitCode = 3`, {
    environment: { WORD: "three" },
  })
  expect(await app.exited).toEqual({ code: 3, signal: undefined })
  expect(app.stdout).toEqual(["one", "two"])
  expect(app.stderr).toEqual(["three"])
  expect(await app.line(/^tw/)).toBe("two")
  await expect(app.line(/four/)).rejects.toThrow("has ended without a line like /four/")
})

test("a line is waited for, and memory is read while it runs", async () => {
  const app = await run(`setTimeout(() => console.log("port 7"), 10); setInterval(() => {}, 1000)`)
  expect(await app.line(/port (\d+)/)).toBe("port 7")
  expect(app.residentMemory()).toBeGreaterThan(10_000_000)
  expect(await app.kill9()).toEqual({ code: undefined, signal: "SIGKILL" })
})

test("a program that is asked to end may take its time", async () => {
  const app = await run(`process.on("SIGTERM", () => { console.log("bye"); process.exit(0) })
setInterval(() => {}, 1000); console.log("ready")`)
  await app.line(/ready/)
  expect(await app.terminate()).toEqual({ code: 0, signal: undefined })
  expect(app.stdout.at(-1)).toBe("bye")
})

test("waiting for a line fails when the program ends without it", async () => {
  const app = await run(`setTimeout(() => console.error("broken"), 10)`)
  await expect(app.line(/ready/)).rejects.toThrow("broken")
})
