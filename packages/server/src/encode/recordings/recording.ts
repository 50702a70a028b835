import { existsSync, readFileSync } from "node:fs"
import { readEntryTree } from "./entry-tree.ts"
import type { Field } from "./entry-tree.ts"

const FOLDER = new URL("../../../../../fixtures/recordings/", import.meta.url)

/** What Java Canal made of one binlog. */
export interface Recording {
  readonly name: string
  /** The binlog as a file of ours; its real name stands in the entries. */
  readonly binlog: URL
  /** The statements that were run. */
  readonly input: string
  readonly entries: readonly Buffer[]
  readonly trees: readonly (readonly Field[])[]
}

export function readRecording(name: string): Recording {
  const folder = new URL(`${name}/`, FOLDER)
  const entries = splitEntries(readFileSync(new URL("entries.bin", folder)))
  return {
    name,
    binlog: new URL("binlog", folder),
    input: readFileSync(new URL("input.sql", folder), "utf8"),
    entries,
    trees: entries.map(readEntryTree),
  }
}

/** Whether the recording has FlatMessage lines. */
export function hasFlatLines(name: string): boolean {
  return existsSync(new URL(`${name}/flat.jsonl`, FOLDER))
}

/** The FlatMessage lines of a recording. */
export function readFlatLines(name: string): readonly string[] {
  return readFileSync(new URL(`${name}/flat.jsonl`, FOLDER), "utf8")
    .trimEnd()
    .split("\n")
}

/** Each entry lies behind its length in 4 bytes, most significant first. */
function splitEntries(bytes: Buffer): readonly Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at)
    entries.push(bytes.subarray(at + 4, end))
    at = end
  }
  return entries
}
