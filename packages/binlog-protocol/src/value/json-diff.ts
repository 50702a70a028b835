import { ByteReader } from "../bytes/byte-reader.ts"
import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt8 } from "../bytes/read.ts"
import { JsonDocument, readRawValue } from "./json-document.ts"
import type { RawValue } from "./json-document.ts"
import { parsePath } from "./json-path.ts"
import { writeJson } from "./json-text.ts"
import { readJson } from "./json-value.ts"
import type { JsonDiff } from "./parsed-json.ts"

interface RawDiff {
  readonly operation: JsonDiff["operation"]
  readonly path: string
  /** Binary JSON, type included. */
  readonly value: { readonly bytes: Buffer; readonly start: number; readonly end: number } | undefined
}

const OPERATIONS = ["replace", "insert", "remove"] as const

/**
 * Stands in place of a document's type byte, where no document has it, in rows that were laid out anew: diffs follow.
 */
export const DIFFS = 0x80

/** Whether diffs stand in place of a document. */
export function holdsDiffs(bytes: Buffer, start: number, end: number): boolean {
  return start < end && readUInt8(bytes, start) === DIFFS
}

/** The document with the diffs in bytes `start` to `end` made. */
export function applyDiffs(document: RawValue, bytes: Buffer, start: number, end: number): RawValue {
  const result = new JsonDocument(document)
  for (const { operation, path, value } of readDiffs(bytes, start, end)) {
    const legs = parsePath(path)
    const raw = value && readRawValue(value.bytes, value.start, value.end)
    if (raw === undefined) result.remove(legs)
    else if (operation === "replace") result.replace(legs, raw)
    else result.insert(legs, raw)
  }
  return result.encode()
}

/** Appends the diffs as Canal and mysqlbinlog write them: neighbours of one kind share a call, others nest. */
export function writeDiffs(bytes: Buffer, start: number, end: number, column: string, out: ByteWriter): void {
  const diffs = readDiffs(bytes, start, end)
  const names = diffs.map(functionName)
  for (let index = names.length - 1; index >= 0; index--)
    if (names[index] !== names[index - 1]) out.ascii(`${names[index]}(`)
  out.utf8(column)
  for (const [index, { path, value }] of diffs.entries()) {
    out.ascii(", '")
    out.utf8(path)
    out.ascii("'")
    if (value !== undefined) {
      out.ascii(", ")
      writeJson(value.bytes, value.start, value.end, out)
    }
    if (names[index] !== names[index + 1]) out.ascii(")")
  }
}

/** The diffs in JavaScript. */
export function readDiffValues(bytes: Buffer, start: number, end: number): readonly JsonDiff[] {
  return readDiffs(bytes, start, end).map(({ operation, path, value }) => ({
    operation,
    path,
    value: value && readJson(value.bytes, value.start, value.end),
  }))
}

function functionName({ operation, path }: RawDiff): string {
  if (operation === "replace") return "JSON_REPLACE"
  if (operation === "remove") return "JSON_REMOVE"
  return path.endsWith("]") ? "JSON_ARRAY_INSERT" : "JSON_INSERT"
}

/*
 * One behind the other: 1 operation (0 replace, 1 insert, 2 remove) · the path behind its length-encoded length ·
 * unless it is a removal the value in binary JSON behind its length-encoded length.
 */
function readDiffs(bytes: Buffer, start: number, end: number): readonly RawDiff[] {
  const reader = new ByteReader(bytes, start, end, "A change of a JSON document")
  const diffs: RawDiff[] = []
  while (reader.remaining > 0) {
    const code = reader.uint8()
    const operation = OPERATIONS[code]
    if (operation === undefined) throw reader.malformed(`the unknown operation ${code}`)
    const path = reader.utf8(reader.lengthEncoded())
    if (operation === "remove") {
      diffs.push({ operation, path, value: undefined })
      continue
    }
    const length = reader.lengthEncoded()
    const from = reader.take(length)
    diffs.push({ operation, path, value: { bytes, start: from, end: from + length } })
  }
  return diffs
}
