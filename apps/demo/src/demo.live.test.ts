import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type App, createScratchFolder, spawnApp, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url))

function demo(folder: string, ...args: readonly string[]): Promise<App> {
  return spawnApp(MAIN, { args, environment: { TMPDIR: folder, CANAL_SOURCE: undefined } })
}

/** Command lines of processes that work below a folder. */
function workingIn(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      } catch {
        return [] // ended since
      }
    })
    .filter((line) => line.includes(folder))
}

test("it shows as many changes as asked for, ends with 0 and leaves nothing behind", async () => {
  using folder = createScratchFolder("demo-test")
  await using app = await demo(folder.path, "--changes", "8")
  expect(await app.exited, app.stderr.join("\n")).toEqual({ code: 0, signal: undefined })
  expect(app.stdout.join("\n")).toContain("canal_demo")
  expect(readdirSync(folder.path)).toEqual([])
  expect(workingIn(folder.path)).toEqual([])
})

test.each(["SIGINT", "SIGTERM"] as const)("%s ends everything, several of them too", async (signal) => {
  using folder = createScratchFolder("demo-test")
  await using app = await demo(folder.path)
  await app.line(/canal_demo/)
  app.kill(signal)
  app.kill(signal)
  expect(await app.exited, app.stderr.join("\n")).toEqual({ code: 0, signal: undefined })
  expect(readdirSync(folder.path)).toEqual([])
  expect(workingIn(folder.path)).toEqual([])
})

test("at the user's own server it works in a database of its own, which it drops", async () => {
  await using mysql = await startMysql()
  await mysql.query("CREATE DATABASE shop")
  using folder = createScratchFolder("demo-test")
  await using app = await demo(folder.path, "--source", mysql.url(mysql.admin), "--changes", "5")
  expect(await app.exited, app.stderr.join("\n")).toEqual({ code: 0, signal: undefined })
  expect(
    await mysql.query(
      "SELECT schema_name name FROM information_schema.schemata WHERE schema_name IN ('shop', 'canal_demo')",
    ),
  ).toEqual([{ name: "shop" }])
})

test("a database canal_demo that is not the demo's is not touched", async () => {
  await using mysql = await startMysql()
  await mysql.query("CREATE DATABASE canal_demo")
  await mysql.query("CREATE TABLE canal_demo.mine (id INT)")
  using folder = createScratchFolder("demo-test")
  await using app = await demo(folder.path, "--source", mysql.url(mysql.admin))
  expect(await app.exited).toEqual({ code: 1, signal: undefined })
  expect(app.stderr.join("\n")).toContain("not this demo's")
  expect(await mysql.query("SHOW TABLES FROM canal_demo")).toHaveLength(1)
})
