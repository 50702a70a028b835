import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readBinlogFile } from "@canal/binlog-protocol"
import { readChanges } from "@canal/parser"
import { decodeEntry, flatMessageLine } from "@canal/protocol"
import { expect, test } from "vitest"
import { createEncoder } from "../encoder.ts"

const FOLDER = new URL("../../../../../fixtures/recordings/stops/", import.meta.url)

/** What each binlog holds at which Java stops for good: a line for each row, its columns by name. */
const ROWS: unknown = JSON.parse(readFileSync(new URL("rows.json", FOLDER), "utf8"))

test.each(Object.entries(typeof ROWS === "object" && ROWS !== null ? ROWS : {}))(
  "%s passes, each row of it delivered",
  async (name, expected) => {
    const encoder = createEncoder()
    const lines: string[] = []
    const events = readBinlogFile(fileURLToPath(new URL(`${name}.binlog`, FOLDER)))
    for await (const changes of readChanges(events))
      for (const { bytes } of encoder.encode(changes)) {
        const line: unknown = JSON.parse(
          flatMessageLine(decodeEntry(bytes), { batchId: 1, timestamp: 1 }) ?? "null",
        )
        if (!isFlat(line) || line.isDdl) continue
        for (const row of line.data)
          lines.push(`${line.type} ${line.database}.${line.table} ${JSON.stringify(row)}`)
      }
    expect(lines).toEqual(expected)
  },
)

interface Flat {
  readonly type: string
  readonly database: string
  readonly table: string
  readonly isDdl: boolean
  readonly data: readonly unknown[]
}

function isFlat(line: unknown): line is Flat {
  return typeof line === "object" && line !== null && "data" in line && Array.isArray(line.data)
}
