import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import type { ImagePlaces } from "@canal/protocol"
import { decodeEntry, type Entry, FrameDecoder, MAX_FRAME_LENGTH, ProtocolError } from "@canal/protocol"
import { describe, expect, test } from "vitest"
import { changesOf, decodedChangesOf } from "./change.ts"
import { compiledRowReader, isCompilable } from "./compiled-row-reader.ts"
import { interpretedRowReader } from "./row-reader.ts"
import { valueReader } from "./value.ts"

const RECORDINGS = [
  "charsets-mysql",
  "compressed-mariadb",
  "functional-mysql",
  "gtid-mysql",
  "images-mysql",
  "inet-mariadb",
  "statements-mysql",
  "types-mariadb",
  "types-mysql",
]

function recorded(name: string): readonly Entry[] {
  const file = new URL(`../../../../fixtures/recordings/${name}/entries.bin`, import.meta.url)
  return new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
    .push(readFileSync(file))
    .map(decodeEntry)
    .filter(({ entryType }) => entryType === "ROWDATA")
}

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
    const { changesOf } = await import("${import.meta.resolve("./change.ts")}")
    const { canGenerate } = await import("${import.meta.resolve("./generated.ts")}")
    const file = new URL("../../../../fixtures/recordings/types-mysql/entries.bin", "${import.meta.url}")
    const entries = new FrameDecoder({ maxLength: MAX_FRAME_LENGTH }).push(readFileSync(file)).map(decodeEntry)
    let changes
    for (let i = 0; i < 40; i++) changes = entries.flatMap(changesOf)
    process.stdout.write(JSON.stringify([canGenerate, changes], (_, value) => typeof value === "bigint" ? String(value) : value))
  `
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script]
  const cwd = new URL("../..", import.meta.url)
  const printed = execFileSync(process.execPath, flags, { cwd, encoding: "utf8", maxBuffer: 1 << 26 })
  const expected = recorded("types-mysql").flatMap(decodedChangesOf)
  expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify([false, expected], bigintsAsText)))
})

const kinds = { interpreted: interpretedRowReader, compiled: compiledRowReader }

describe.each(Object.entries(kinds))("%s", (_, rowReader) => {
  test("a row is a plain object whose properties are its own", () => {
    const names = ["b", "a", "2", "1", "with space", "a'\n\\\"`${0}", "é"]
    const { bytes, places, readers } = image(names)
    const row = rowReader(names, readers)(bytes, places, undefined)
    expect(row).toStrictEqual(Object.fromEntries(names.map((name, i) => [name, i])))
    expect(Object.keys(row)).toEqual(["1", "2", "b", "a", ...names.slice(4)])
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
  })

  test("of two columns with one name the later one counts", () => {
    const names = ["a", "b", "a"]
    const { bytes, places, readers } = image(names)
    expect(rowReader(names, readers)(bytes, places, undefined)).toStrictEqual({ a: 2, b: 1 })
    places.repeated.fill(1)
    expect(rowReader(names, readers)(bytes, places, { a: 8, b: 9 })).toStrictEqual({ a: 8, b: 9 })
  })

  test("a repeated value is taken from the row before, unless it is an object", () => {
    const bytes = Buffer.from('1{"x":1}')
    const places = { ...empty(3), starts: Int32Array.of(0, 1, -1), ends: Int32Array.of(1, 8, 0) }
    const read = rowReader(["n", "j", "o"], [valueReader("int"), valueReader("json"), valueReader("int")])
    const before = read(bytes, places, undefined)
    expect(before).toEqual({ n: 1, j: { x: 1 }, o: null })
    places.repeated.fill(1, 0, 2)
    const after = read(bytes, places, before)
    expect(after).toEqual(before)
    expect(after["j"]).not.toBe(before["j"])
  })
})

test("properties that every object has are not set, but defined", () => {
  const names = ["__proto__", "constructor", "a"]
  expect(isCompilable(names)).toBe(false)
  const { bytes, places, readers } = image(names)
  const row = interpretedRowReader(names, readers)(bytes, places, undefined)
  expect(Object.entries(row)).toEqual([
    ["__proto__", 0],
    ["constructor", 1],
    ["a", 2],
  ])
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

/** An image of digits, one a column. */
function image(names: readonly string[]) {
  const bytes = Buffer.from(names.map((_, i) => String(i)).join(""))
  const starts = Int32Array.from(names, (_, i) => i)
  const ends = Int32Array.from(names, (_, i) => i + 1)
  return {
    bytes,
    places: { ...empty(names.length), starts, ends },
    readers: names.map(() => valueReader("int")),
  }
}

function empty(columns: number): ImagePlaces {
  return {
    starts: new Int32Array(columns),
    ends: new Int32Array(columns),
    sqlTypes: new Int32Array(columns),
    updated: new Uint8Array(columns),
    repeated: new Uint8Array(columns),
  }
}

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
