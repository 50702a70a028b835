import { execFileSync } from "node:child_process"
import { isDeepStrictEqual } from "node:util"
import { type Entry, ProtocolError } from "@canal/protocol"
import { describe, expect, test } from "vitest"
import { recorded, RECORDINGS } from "../../testing/recorded.ts"
import { changesOf, decodedChangesOf } from "../change.ts"
import { compiledRowMaker, interpretedRowMaker, isCompilable } from "./row-maker.ts"

/** So often that each table's rows are made by each kind of reader. */
const OFTEN = Array.from({ length: 40 })

test.each(RECORDINGS)("%s: recognised rows are those that decoding gives", (name) => {
  for (const entry of recorded(name)) {
    const expected = decodedChangesOf(entry)
    for (const _ of OFTEN) expect(changesOf(entry)).toEqual(expected)
  }
})

test("changed bytes are recognised as what decoding gives, or refused", () => {
  const short = recorded("images-mysql").filter(({ storeValue }) => storeValue.length < 600)
  const entries = ["INSERT", "UPDATE", "DELETE"].flatMap((type) =>
    short.filter(({ header }) => header.eventType === type).slice(0, 2),
  )
  expect(entries.length).toBeGreaterThan(3)
  for (const entry of entries) {
    for (let at = 0; at < entry.storeValue.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const storeValue = Buffer.from(entry.storeValue)
        storeValue[at] = (storeValue[at] ?? 0) ^ (1 << bit)
        const changed: Entry = { ...entry, header: entry.header, entryType: "ROWDATA", storeValue }
        const [ours, expected] = [changesOf, decodedChangesOf].map((read) => outcome(() => read(changed)))
        if (!isDeepStrictEqual(ours, expected)) expect(ours).toEqual(expected)
      }
    }
  }
}, 20_000)

test("without code generation the same rows come out", () => {
  const script = `
    import { readFileSync } from "node:fs"
    const { decodeEntry, FrameDecoder, MAX_FRAME_LENGTH } = await import("@canal/protocol")
    const { changesOf } = await import("${import.meta.resolve("../change.ts")}")
    const { canGenerate } = await import("${import.meta.resolve("../generated.ts")}")
    const file = new URL("../../../../../fixtures/recordings/types-mysql/entries.bin", "${import.meta.url}")
    const entries = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH }).push(readFileSync(file)).map(decodeEntry)
    let changes
    for (let i = 0; i < 40; i++) changes = entries.flatMap(changesOf)
    process.stdout.write(JSON.stringify([canGenerate, changes], (_, value) => typeof value === "bigint" ? String(value) : value))
  `
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script]
  const cwd = new URL("../../..", import.meta.url)
  const printed = execFileSync(process.execPath, flags, { cwd, encoding: "utf8", maxBuffer: 1 << 26 })
  const expected = recorded("types-mysql").flatMap(decodedChangesOf)
  expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify([false, expected], bigintsAsText)))
})

const kinds = { interpreted: interpretedRowMaker, compiled: compiledRowMaker }

describe.each(Object.entries(kinds))("%s", (_, rowMaker) => {
  test("a row is a plain object whose properties are its own", () => {
    const names = ["b", "a", "2", "1", "with space", "a'\n\\\"`${0}", "é"]
    const row = rowMaker(names)(names.map((_name, i) => i))
    expect(row).toStrictEqual(Object.fromEntries(names.map((name, i) => [name, i])))
    expect(Object.keys(row)).toEqual(["1", "2", "b", "a", ...names.slice(4)])
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  })

  test("of two columns with one name the later one counts", () => {
    expect(rowMaker(["a", "b", "a"])([0, 1, 2])).toStrictEqual({ a: 2, b: 1 })
  })
})

test("properties that every object has are not set, but defined", () => {
  const names = ["__proto__", "constructor", "a"]
  expect(isCompilable(names)).toBe(false)
  const row = interpretedRowMaker(names)([0, 1, 2])
  expect(Object.entries(row)).toEqual([
    ["__proto__", 0],
    ["constructor", 1],
    ["a", 2],
  ])
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return "refused"
  }
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value
}
