import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type CommandContext, readArguments, UsageError } from "@canal/command-line"
import { spawnApp } from "@canal/testbed"
import { afterAll, afterEach, describe, expect, test, vi } from "vitest"
import { z } from "zod"
import { command } from "./command.ts"
import { look } from "./look.ts"

const main = fileURLToPath(new URL("main.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "canal-binlog-app-"))
const innerSchema = z.object({ innerIndex: z.literal(0) })
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true }))

function recording(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/recordings/${name}/binlog`, import.meta.url))
}

/** Runs the command within this process. */
async function run(...argv: readonly string[]): Promise<{ stdout: readonly string[]; failure: unknown }> {
  let stdout = ""
  const context: CommandContext = {
    signal: new AbortController().signal,
    write: (text) => Promise.resolve(void (stdout += text)),
    say: (text) => {
      throw new Error(`unexpected: ${text}`)
    },
  }
  let failure: unknown
  try {
    const args = readArguments(command, argv, {})
    if (args !== "help") await look(args, context)
  } catch (error) {
    failure = error
  }
  return { stdout: stdout.split("\n").filter((line) => line !== ""), failure }
}

async function json(...argv: readonly string[]): Promise<readonly unknown[]> {
  const { stdout, failure } = await run(...argv, "--format", "json")
  expect(failure).toBeUndefined()
  return stdout.map((line): unknown => JSON.parse(line))
}

test("people get a line per event and per row", async () => {
  const { stdout, failure } = await run(
    recording("images-mysql"),
    "--table",
    "images\\.t",
    "--stop",
    "binlog:2290",
  )
  expect(failure).toBeUndefined()
  expect(stdout.slice(0, 3)).toEqual([
    "binlog:1407  2026-11-22 16:00:16  server 33971  table-map  images.t",
    "binlog:1497  2026-11-22 16:00:16  server 33971  rows  insert images.t",
    '  + id=1  a="x"',
  ])
  expect(stdout.at(-1)).toBe('  ~ id=1  a: → "z"')
})

describe("machines get a line per event", () => {
  test("rows with names, absent columns and NULL", async () => {
    const absent = { absent: true }
    expect(
      await json(
        recording("images-mysql"),
        "--type",
        "update",
        "--start",
        "binlog:2223",
        "--stop",
        "binlog:2841",
      ),
    ).toEqual([
      {
        file: "binlog",
        position: 2509,
        endPosition: 2555,
        timestamp: 1795363216,
        serverId: 33971,
        type: "rows",
        kind: "update",
        schema: "images",
        table: "t",
        columns: ["id", "a", "b", "c", "d", "j", "e"],
        before: [["2", absent, absent, absent, absent, absent, absent]],
        after: [[absent, absent, null, absent, "5", absent, absent]],
      },
    ])
  })

  test("TIMESTAMP in the zone that TZ names", async () => {
    vi.stubEnv("TZ", "Asia/Shanghai")
    const { stdout } = await run(
      recording("types-mysql"),
      "--format",
      "json",
      "--table",
      "types.times",
      "--type",
      "insert",
    )
    expect(stdout.join("")).toContain('"2026-11-22 12:34:56.789012","2026-11-22 20:34:56"')
  })

  test("values otherwise than Canal's, where asked", async () => {
    const args = [
      recording("types-mysql"),
      "--format",
      "json",
      "--table",
      "types.strings",
      "--type",
      "insert",
    ]
    const canal = await run(...args)
    expect(canal.stdout.join("")).toContain(
      '"\\u0000\\u0001ÿ\u0080","\\u0000ÿ\\u0010þ","\u0080","Ã©","ÿþ","Þ­¾ï","5","11"]',
    )
    const others = await run(...args, "--labels", "--base64")
    expect(others.stdout.join("")).toContain(
      '"AAH/gA==","AP8Q/g==","gA==","w6k=","//4=","3q2+7w==","it\'s","a,b,d\'e"]',
    )
  })

  test("events of a compressed transaction with their index", async () => {
    const begins = (await json(recording("compressed-mysql"), "--type", "query")).filter(
      (event) => innerSchema.safeParse(event).success,
    )
    expect(begins).toHaveLength(3)
    expect(begins[0]).toMatchObject({ position: 1329, endPosition: 1547, type: "query", sql: "BEGIN" })
  })

  test("one transaction", async () => {
    const gtid = "6d196129-e68b-11f1-9189-02fc00000001:303"
    expect(await json(recording("compressed-mysql"), "--gtid", gtid)).toMatchObject([
      { type: "gtid", gtid },
      { type: "query", sql: "drop database mark" },
    ])
  })
})

test("the summary counts events, rows and transactions", async () => {
  const [summary] = await json(recording("types-mysql"), "--stats")
  expect(summary).toMatchObject({
    files: [{ file: "binlog", events: 220, bytes: 93_922 }],
    firstTimestamp: 1795363147,
    lastTimestamp: 1795363150,
    transactions: 52,
  })
  const gtids = await json(recording("types-mysql"), "--type", "gtid")
  expect(gtids).toHaveLength(52)
  const { stdout } = await run(recording("types-mysql"), "--stats")
  expect(stdout.slice(0, 3)).toEqual(["files", "  file    events  bytes", "  binlog     220  93922"])
  expect(stdout.join("\n")).toMatch(/^ {2}types\.bits +4 +1 +4$/m)
  expect(stdout.join("")).not.toContain("\u001B")
})

describe("what cannot be read fails behind what could be", () => {
  const recorded = readFileSync(recording("types-mysql"))
  const flipped = Buffer.from(recorded)
  flipped.writeUInt8(flipped.readUInt8(5000) ^ 1, 5000)
  test.each([
    ["cut", recorded.subarray(0, 5000), 30, /cut ends within the event at \d+; it is cut off/],
    ["damaged", flipped, 30, /The event at damaged:\d+ does not have the CRC32.*--start FILE:POS/],
    ["encrypted", Buffer.from("fd62696e0101", "hex"), 0, /encrypted is encrypted; read it from its server/],
    ["text", Buffer.from("CREATE TABLE t(id INT)"), 0, /text is no binlog.*give a binlog or relay log file/],
  ])("%s", async (name, bytes, least, message) => {
    const file = join(folder, name)
    writeFileSync(file, bytes)
    const { stdout, failure } = await run(file, "--format", "json")
    expect(String(failure)).toMatch(message)
    expect(failure).not.toBeInstanceOf(UsageError)
    expect(stdout.length).toBeGreaterThanOrEqual(least)
  })
})

test.each([
  [[], UsageError, /nothing to read/],
  [["nothere"], Error, /there is no file nothere/],
  [[recording("types-mysql"), "--start", "other:4"], UsageError, /other is none of the files given/],
  [[recording("types-mysql"), "--from", "b:4"], UsageError, /--from is for --source/],
  [[recording("types-mysql"), "--type", "row"], UsageError, /--type LIST: has "row"/],
  [[recording("types-mysql"), "--verify-with", "/nothere"], Error, /\/nothere failed on .*ENOENT/],
])("%j is refused", async (args, kind, message) => {
  const { stdout, failure } = await run(...args)
  expect(stdout).toEqual([])
  expect(failure).toBeInstanceOf(kind)
  expect(String(failure)).toMatch(message)
})

test("a followed file goes on in the next; SIGTERM ends with 0", async () => {
  const recorded = readFileSync(recording("types-mysql"))
  const first = join(folder, "binlog.000008")
  writeFileSync(first, recorded.subarray(0, 5000))
  await using app = await spawnApp(main, {
    args: [first, "--follow", "--format", "json", "--type", "rows,rotate"],
  })
  await app.line(/"table":"ints"/)
  appendFileSync(first, recorded.subarray(5000))
  await app.line(/"nextFile":"binlog.000009"/)
  writeFileSync(join(folder, "binlog.000009"), readFileSync(recording("images-mysql")))
  await app.line(/"schema":"images"/)
  expect(await app.terminate()).toMatchObject({ code: 0 })
})
