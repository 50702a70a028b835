import { fileURLToPath } from "node:url"
import { readBinlogFile } from "@canal/binlog-protocol"
import { readChanges } from "@canal/parser"
import { decodeEntry, flatMessageLine } from "@canal/protocol"
import { expect, test } from "vitest"
import { createEncoder } from "../encoder.ts"

const FOLDER = new URL("../../../../../fixtures/recordings/stops/", import.meta.url)

/** What each binlog holds at which Java stops for good: a line for each row, its columns by name. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  "checks-mysql": [
    'INSERT chk.g {"id":"1","a":"1","b":"2","c":"2026-11-22"}',
    'INSERT chk.g {"id":"2","a":"1","b":"2","c":"2026-11-22"}',
    'INSERT chk.g {"id":"3","a":"1","b":"3","c":"2026-11-22"}',
  ],
  "if-not-exists-mysql": [
    'INSERT mark.m {"id":"2"}',
    'INSERT ine.a {"id":"1","v":"one","n":"1"}',
    'INSERT ine.a {"id":"2","v":"two","n":"2"}',
  ],
  "invisible-mysql": [
    'INSERT inv.g {"id":"1","a":"2","b":"3"}',
    'INSERT inv.g {"id":"2","a":null,"b":"3"}',
    'INSERT inv.gipk {"my_row_id":"1","a":"1"}',
  ],
  "sequence-mariadb": [
    'INSERT sq.s1 {"next_not_cached_value":"1001","minimum_value":"1","maximum_value":"9223372036854775806","start_value":"1","increment":"1","cache_size":"1000","cycle_option":"0","cycle_count":"0"}',
    'INSERT sq.b {"id":"1000","n":"2"}',
  ],
  "srid-mysql": [
    'INSERT srid.g {"id":"1","p":"\u00e6\\u0010\\u0000\\u0000\\u0001\\u0001\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u00004@\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000$@"}',
    'INSERT srid.after_g {"id":"1"}',
  ],
  "unicode-names-mysql": ['INSERT uni.汉字 {"列":"1","from":"x"}'],
  "vector-mysql": [
    'INSERT vectors.v {"id":"1","e":"\\u0000\\u0000\u0080?\\u0000\\u0000\\u0000@\\u0000\\u0000`@"}',
    'INSERT vectors.v {"id":"2","e":null}',
    'UPDATE vectors.v {"id":"1","e":"\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"}',
  ],
}

test.each(Object.entries(ROWS))("%s passes, each row of it delivered", async (name, expected) => {
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
})

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
