import { readFileSync } from "node:fs"
import protobuf from "protobufjs"
import { expect, test } from "vitest"
import { ProtocolError } from "../errors.ts"
import { entryText } from "../testing/entry-text.ts"
import { recordedEntries, recordedText, recordingsWith } from "../testing/recordings.ts"
import { decodeEntry } from "./entry.ts"
import { decodeRowChange } from "./row-change.ts"
import { decodeTransactionBegin, decodeTransactionEnd } from "./transaction.ts"

test.each(recordingsWith("entries.txt"))("%s reads as Java read it", (name) => {
  const text = recordedEntries(name)
    .map((bytes) => entryText(decodeEntry(bytes)))
    .join("")
  expect(text).toBe(recordedText(name, "entries.txt"))
})

test("the proto file reads the same numbers", () => {
  const source = readFileSync(new URL("../../proto/EntryProtocol.proto", import.meta.url), "utf8")
  const { root } = protobuf.parse(source, { keepCase: true })
  for (const bytes of recordedEntries("types-mysql")) {
    const entry = decodeEntry(bytes)
    const oracle = root.lookupType("Entry").toObject(root.lookupType("Entry").decode(bytes), {
      enums: String,
      longs: Number,
      arrays: true,
    })
    expect(oracle).toMatchObject({ entryType: entry.entryType, storeValue: entry.storeValue })
    expect(oracle["header"]).toEqual(withoutAbsent(entry.header))
    if (entry.entryType !== "ROWDATA") continue
    const type = root.lookupType("RowChange")
    const change = type.toObject(type.decode(entry.storeValue), { enums: String, longs: Number })
    const ours = decodeRowChange(entry.storeValue)
    expect(change["tableId"]).toBe(ours.tableId)
    expect(change["sql"]).toBe(ours.sql)
  }
})

test("cut or changed bytes are refused or read as something, nothing else is thrown", () => {
  const first = recordedEntries("images-mysql").find(({ length }) => length > 300) ?? Buffer.alloc(0)
  expect(first.length).toBeGreaterThan(300)
  for (let at = 0; at < first.length; at++) {
    expectReadable(first.subarray(0, at))
    for (let bit = 0; bit < 8; bit++) {
      const changed = Buffer.from(first)
      changed[at] = (changed[at] ?? 0) ^ (1 << bit)
      expectReadable(changed)
    }
  }
})

function expectReadable(bytes: Buffer): void {
  try {
    const { storeValue } = decodeEntry(bytes)
    decodeRowChange(storeValue)
    decodeTransactionBegin(storeValue)
    decodeTransactionEnd(storeValue)
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError)
  }
}

function withoutAbsent(value: object): unknown {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}
