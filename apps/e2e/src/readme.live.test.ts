import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { binlogTool, createScratchFolder, freePort, spawnApp, startMysql } from "@canal/testbed"
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

test("what the README says of looking into a binlog works", async () => {
  await using database = await startMysql()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.readme (n INT PRIMARY KEY)")
  await database.query("INSERT INTO e2e.readme VALUES (7)")
  const [status] = await database.query("SHOW BINARY LOG STATUS")
  const program = await binlogTool("mysql")
  const here = (argument: string): string =>
    argument
      .replace("/var/lib/mysql/binlog.000007", `${database.dataDir}/${String(status?.["File"])}`)
      .replace("canal:canal@127.0.0.1:3306", new URL(database.url()).href.slice("mysql://".length))
      .replace("mysqlbinlog", program)
  const [statsLine = [], rowsLine = [], sourceLine = [], verifyLine = []] = npmLines("npm run -s binlog --")
  const run = async (line: readonly string[]): Promise<string> =>
    (await promisify(execFile)("npm", line.map(here), { cwd: root })).stdout
  expect(await run(statsLine)).toMatch(/e2e\.readme +1 +0 +0/)
  expect(await run(rowsLine)).toMatch(/insert e2e\.readme\n {2}\+ @1=7/)
  expect(await run(verifyLine)).toMatch(/: same .* 0 not comparable/)

  const live = spawn("npm", sourceLine.map(here), { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  const ended = once(live, "exit")
  for await (const line of createInterface({ input: live.stderr })) if (line.includes("reading from")) break
  await expect
    .poll(
      () =>
        database.query(
          "SELECT 1 FROM performance_schema.threads WHERE name LIKE '%binlog_dump%' OR PROCESSLIST_COMMAND LIKE 'Binlog Dump%'",
        ),
      { timeout: 60_000 },
    )
    .toHaveLength(1)
  await database.query("INSERT INTO e2e.readme VALUES (8)")
  for await (const line of createInterface({ input: live.stdout })) {
    expect(JSON.parse(line)).toMatchObject({ type: "rows", schema: "e2e", table: "readme", after: [["8"]] })
    break
  }
  live.kill("SIGTERM")
  await ended
})
