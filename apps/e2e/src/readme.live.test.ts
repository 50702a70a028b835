import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { createScratchFolder, freePort, spawnApp, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"

const root = fileURLToPath(import.meta.resolve("../../../"))
const readme = readFileSync(`${root}README.md`, "utf8")

/** The text of the README's code blocks in one language. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text]) => text ?? "",
  )
}

/** The README's command lines that begin so, as arguments of npm. */
function npmLines(beginning: string): readonly (readonly string[])[] {
  return blocks("sh")
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith(beginning))
    .map((line) => line.split(" ").slice(1))
}

test("what the README tells a stranger to type works", async () => {
  await using database = await startMysql()
  using folder = createScratchFolder("readme")
  const port = await freePort()
  const here = (argument: string): string =>
    argument
      .replace("127.0.0.1:3306", `127.0.0.1:${database.port}`)
      .replace("127.0.0.1:11111", `127.0.0.1:${port}`)
  await database.query("DROP USER canal")
  for (const statement of blocks("sql").join("").split(";")) {
    if (statement.trim() !== "") await database.query(statement)
  }
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.readme (n INT PRIMARY KEY)")

  const [serverLine = []] = npmLines("npm run -s server -- --source")
  const server = spawn("npm", [...serverLine.map(here), "--port", String(port), "--data", folder.path], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  })
  const ended = once(server, "exit")
  for await (const line of createInterface({ input: server.stderr })) if (line.includes("ready: ")) break

  const snippet = fileURLToPath(import.meta.resolve("./readme-snippet.ts"))
  const [program = ""] = blocks("ts")
  writeFileSync(
    snippet,
    `const handle = async (change: unknown) => console.log(change)\n${program.replace("127.0.0.1:11111", here("127.0.0.1:11111"))}`,
  )
  try {
    await using consumer = await spawnApp(snippet)
    const watches = npmLines("npm run -s client -- watch --server")
    expect(watches).toHaveLength(2)
    for (const [i, line] of watches.entries()) {
      const own = ["--client-id", String(2000 + i), "--changes", "1"]
      const watching = promisify(execFile)("npm", [...line.map(here), ...own], { cwd: root })
      const subscribed = `"clientId":${2000 + i}`
      await expect
        .poll(() => readFileSync(`${folder.path}/example/meta.dat`, "utf8"), { timeout: 60_000 })
        .toContain(subscribed)
      await database.query("INSERT INTO e2e.readme VALUES (?)", [i])
      expect((await watching).stdout).toContain("readme")
    }
    await consumer.line(/after: .*n: 1/)
  } finally {
    rmSync(snippet)
    server.kill("SIGTERM")
  }
  await ended
})
