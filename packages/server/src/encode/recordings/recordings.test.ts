import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseGtidSet, readBinlogFile } from "@canal/binlog-protocol"
import type { PartialJsonForm } from "@canal/binlog-protocol"
import { readChanges, staticCatalog } from "@canal/parser"
import type { ReadChangesOptions } from "@canal/parser"
import { decodeEntry, flatMessageLine } from "@canal/protocol"
import { describe, expect, test } from "vitest"
import type { EncodedEntry } from "../encoded-entry.ts"
import { createEncoder } from "../encoder.ts"
import { EmptyTransactions } from "../../store/empty-transactions.ts"
import { align, keyOf, offsetOf } from "./align.ts"
import type { Entry } from "./align.ts"
import { compareEntries } from "./compare.ts"
import type { Difference } from "./compare.ts"
import { compareFlatLines } from "./compare-flat.ts"
import { messageOf, readEntryTree, textOf } from "./entry-tree.ts"
import { hasFlatLines, readFlatLines, readRecording } from "./recording.ts"
import type { Recording } from "./recording.ts"
import { RULE_NAMES } from "./rule-names.ts"
import type { RuleName } from "./rule-names.ts"
import { rulesOf } from "./rules.ts"

const RECORDINGS = [
  "types-mysql",
  "types-mariadb",
  "statements-mysql",
  "statements-mariadb",
  "functional-mysql",
  "inet-mariadb",
  "chunks-mysql",
  "gtid-mysql",
  "gtid-tag-mysql",
  "charsets-mysql",
  "compressed-mysql",
  "images-mysql",
  "compressed-mariadb",
]

/** Where Java stops for good behind its last entry. */
const STOPS_JAVA: ReadonlySet<string> = new Set(["compressed-mariadb"])

/** What the parser has to be told where the binlog does not say it. */
const OPTIONS: Readonly<Record<string, ReadChangesOptions>> = {
  // In the table map these types look like BINARY.
  "inet-mariadb": {
    catalog: staticCatalog(
      new Map([
        [
          "net.cc",
          [
            { name: "id", type: "int(11)", key: true, hint: {} },
            { name: "u", type: "uuid", key: false, hint: { special: "uuid" } },
            { name: "i4", type: "inet4", key: false, hint: { special: "inet4" } },
            { name: "i6", type: "inet6", key: false, hint: { special: "inet6" } },
          ],
        ],
      ]),
    ),
  },
  // Recorded in GTID mode: the transactions of the files before.
  "gtid-tag-mysql": { gtids: parseGtidSet("33f5c404-e696-11f1-8605-02fc00000001:1-13") },
  "gtid-mysql": { gtids: parseGtidSet("33f5c404-e696-11f1-8605-02fc00000001:1-2") },
}

const used = new Set<RuleName>()

describe.each(RECORDINGS)("%s", (name) => {
  test("every field of every entry is Java's, or differs by a rule", async () => {
    const recording = readRecording(name)
    const ours = await encodeRecording(recording)
    const differences = alignRecording(recording, ours).flatMap(([java, mine]) =>
      compareEntries(java, readEntryTree(mine.bytes)).map((difference) => ({
        where: keyOf(java),
        difference,
      })),
    )
    expect(notAllowed(differences, recording.input)).toEqual([])
  })
})

describe.each(RECORDINGS.filter(hasFlatLines))("%s", (name) => {
  test("every FlatMessage line is Java's, or differs by a rule", async () => {
    const recording = readRecording(name)
    const lines = readFlatLines(name)
    const pairs = alignRecording(recording, await encodeRecording(recording))
    const entries = pairs.map(([, { bytes }]) => decodeEntry(bytes))
    const rows = entries.filter(({ entryType }) => entryType === "ROWDATA")
    expect(rows.length).toBe(lines.length)
    const differences = rows.flatMap((entry, index) => {
      const java = lines[index] ?? ""
      const batchId = Number(/,"id":(\d+),"isDdl"/.exec(java)?.[1])
      const timestamp = Number(/"ts":(\d+),"type":"\w+"}$/.exec(java)?.[1])
      const ours = flatMessageLine(entry, { batchId, timestamp }) ?? ""
      return compareFlatLines(java, ours).map((difference) => ({ where: `line ${index + 1}`, difference }))
    })
    expect(notAllowed(differences, recording.input)).toEqual([])
  })
})

/** Java's entries and ours side by side. */
function alignRecording(
  { name, trees }: Recording,
  ours: readonly EncodedEntry[],
): readonly (readonly [Entry, EncodedEntry])[] {
  const byTree = new Map(ours.map((entry) => [readEntryTree(entry.bytes), entry]))
  const about = { mariadb: name.endsWith("-mariadb"), stops: STOPS_JAVA.has(name) }
  const { pairs, rules } = align(trees, [...byTree.keys()], about)
  for (const rule of rules) used.add(rule)
  return pairs.flatMap(([java, mine]) => {
    const entry = byTree.get(mine)
    return entry === undefined ? [] : [[java, entry] as const]
  })
}

test("partial JSON updates as changes are Java's text to the letter", async () => {
  const recording = readRecording("images-mysql")
  const ours = await encodeRecording(recording, "diffs")
  const differences = alignRecording(recording, ours).flatMap(([java, mine]) =>
    compareEntries(java, readEntryTree(mine.bytes)),
  )
  expect(differences.filter(({ field }) => field === "column.value")).toEqual([])
})

interface Found {
  readonly where: string
  readonly difference: Difference
}

/** The differences that no rule allows; the rules of the others count as used. */
function notAllowed(found: readonly Found[], input: string): readonly string[] {
  return found.flatMap(({ where, difference }) => {
    const rules = rulesOf(difference, input)
    for (const rule of rules ?? []) used.add(rule)
    const { field, table, java, ours } = difference
    return rules === undefined ? [`${where}, ${table}: ${field} is ${java} in Java, ${ours} in ours`] : []
  })
}

test("every rule was needed, and stands in the table once", () => {
  expect(RULE_NAMES.filter((rule) => !used.has(rule))).toEqual([])
  const document = readFileSync(
    new URL("../../../../../docs/canal-compatibility.md", import.meta.url),
    "utf8",
  )
  const [, table = ""] = /recordings show\n([\s\S]*?)\n## /.exec(document) ?? []
  const names = table.split("\n").flatMap((line) => /^\| (.+?) *\|/.exec(line)?.[1] ?? [])
  expect(names.slice(2)).toEqual(RULE_NAMES)
})

/** What we would deliver of a recording's binlog, from where Java's entries begin. */
async function encodeRecording(
  recording: Recording,
  partialJson: PartialJsonForm = "document",
): Promise<readonly EncodedEntry[]> {
  const [first] = recording.trees
  if (first === undefined) throw new Error(`${recording.name} has no entries`)
  const file = textOf(messageOf(first, 1), 2) ?? ""
  const encoder = createEncoder()
  const transactions = new EmptyTransactions()
  const entries: EncodedEntry[] = []
  const events = readBinlogFile(fileURLToPath(recording.binlog), { file, partialJson })
  for await (const changes of readChanges(events, OPTIONS[recording.name]))
    entries.push(
      ...encoder.encode(transactions.filter(changes.filter(({ offset }) => offset >= offsetOf(first)))),
    )
  return entries
}
