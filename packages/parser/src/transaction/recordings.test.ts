import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readBinlogFile } from "@canal/binlog-protocol"
import { describe, expect, it } from "vitest"
import type { Change, StatementKind } from "../change.ts"
import { readChanges } from "./read-changes.ts"

const RECORDINGS = new URL("../../../../fixtures/recordings/", import.meta.url)

/** One line for each entry that Java Canal made, in a form that changes have too. */
interface Line {
  readonly type: "begin" | "row" | "end"
  readonly offset: number
  readonly length: number
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly event: string
  readonly sql: string
  readonly detail: string
}

const EVENTS: Readonly<Record<StatementKind, string>> = {
  "create-table": "CREATE",
  "alter-table": "ALTER",
  "drop-table": "ERASE",
  "truncate-table": "TRUNCATE",
  "rename-table": "RENAME",
  "create-index": "CINDEX",
  "drop-index": "DINDEX",
  "create-database": "QUERY",
  "drop-database": "QUERY",
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
  other: "QUERY",
}

function readEntries(text: string): readonly Line[] {
  return text
    .split("=== entry ")
    .slice(1)
    .map((entry): Line => {
      const field = (name: string) => new RegExp(`^${name}: "?(.*?)"?$`, "m").exec(entry)?.[1]
      const props = [...entry.matchAll(/key: "XA_XID"\s+value: "(.*)"/g)].map(([, value]) => value)
      return {
        type: entry.startsWith("TRANSACTIONBEGIN")
          ? "begin"
          : entry.startsWith("TRANSACTIONEND")
            ? "end"
            : "row",
        offset: Number(field("logfileOffset")),
        length: Number(field("eventLength")),
        schema: field("schemaName"),
        table: field("tableName"),
        event: field("eventType") ?? "",
        sql: unescape(field("sql") ?? ""),
        detail: [field("threadId") ?? field("transactionId") ?? "", ...props].join(""),
      }
    })
}

/** Undoes the escapes of protobuf text, whose strings are otherwise UTF-8. */
function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character))
}

function lineOf(change: Change): Line {
  const { offset, length } = change
  const nameless = { offset, length, schema: "", table: "", event: "", sql: "" }
  switch (change.kind) {
    case "begin":
      return { ...nameless, type: "begin", detail: `${change.threadId ?? ""}${change.xid ?? ""}` }
    case "commit":
      return { ...nameless, type: "end", detail: `${change.transactionId}${change.xid ?? ""}` }
    case "xa":
      return {
        ...nameless,
        type: "row",
        event: `XA${change.verdict.toUpperCase()}`,
        sql: change.sql,
        detail: change.xid,
      }
    case "rows":
      return {
        ...nameless,
        type: "row",
        schema: change.table.schema,
        table: change.table.name,
        event: change.event.kind.toUpperCase(),
        detail: "",
      }
    case "ddl":
    case "statement":
      return {
        ...nameless,
        type: "row",
        schema: change.schema,
        table: change.table,
        event: EVENTS[change.statement],
        sql: change.sql,
        detail: "",
      }
    default:
      throw new Error("A file has no heartbeats")
  }
}

/** What ours makes better: bare database names, names of statements that Java cannot read, MariaDB's begins. */
function improved(recorded: readonly Line[], ours: readonly Line[]): readonly Line[] {
  return recorded.map((line) => {
    const own = ours.find(({ offset, type }) => offset === line.offset && type === line.type)
    if (line.event !== "QUERY" || own === undefined) return line
    if (line.schema === undefined && /^(?:CREATE OR REPLACE|ALTER) TABLE oc/.test(line.sql))
      return { ...line, schema: "stmts", table: "oc", event: line.sql.startsWith("C") ? "CREATE" : "ALTER" }
    return { ...line, schema: line.schema?.replaceAll("`", "") }
  })
}

async function readAll(path: URL, file: string): Promise<readonly Change[]> {
  const all: Change[] = []
  for await (const changes of readChanges(readBinlogFile(fileURLToPath(path), { file }))) all.push(...changes)
  return all
}

describe("readChanges finds what Java Canal found in", () => {
  it.each([
    "statements-mysql",
    "statements-mariadb",
    "types-mysql",
    "types-mariadb",
    "functional-mysql",
    "inet-mariadb",
  ])("%s", async (name) => {
    const folder = new URL(`${name}/`, RECORDINGS)
    const text = readFileSync(new URL("entries.txt", folder), "utf8")
    const recorded = readEntries(text)
    const first = recorded[0]?.offset ?? 0
    const begins = new Set(recorded.filter(({ type }) => type === "begin").map(({ offset }) => offset))
    const file = /logfileName: "(.*)"/.exec(text)?.[1] ?? ""
    const all = await readAll(new URL("binlog", folder), file)
    expect(all.every((change) => change.file === file)).toBe(true)
    const lines = all.map(lineOf).filter(({ offset }) => offset >= first)
    // Java leaves empty transactions out, and on MariaDB the begin of each.
    const isEmptyPair = (line: Line | undefined, next: Line | undefined) =>
      line?.type === "begin" && next?.type === "end" && !begins.has(line.offset)
    const ours = lines.filter(
      (line, at) =>
        !isEmptyPair(line, lines[at + 1]) &&
        !isEmptyPair(lines[at - 1], line) &&
        !(name.endsWith("mariadb") && line.type === "begin"),
    )
    expect(ours).toEqual(improved(recorded, ours))
  })

  it("begins and ends each transaction of MariaDB", async () => {
    const all = await readAll(new URL("statements-mariadb/binlog", RECORDINGS), "binlog.000001")
    let open = false
    for (const { kind } of all) {
      if (kind === "begin" || kind === "commit") {
        expect(open).toBe(kind === "commit")
        open = kind === "begin"
      } else if (kind === "rows") expect(open).toBe(true)
    }
    expect(all.filter((change) => change.kind === "begin" && change.xid !== undefined)).toHaveLength(2)
  })
})

it("keeps long transactions whole", async () => {
  const all = await readAll(new URL("chunks-mysql/binlog", RECORDINGS), "binlog.000001")
  const lengths: number[] = []
  for (const { kind } of all) {
    if (kind === "begin") lengths.push(0)
    else if (kind === "rows") lengths.push((lengths.pop() ?? 0) + 1)
  }
  expect(lengths).toEqual(expect.arrayContaining([1023, 1024, 1025, 2500]))
  expect(all.filter(({ kind }) => kind === "commit")).toHaveLength(lengths.length)
})
