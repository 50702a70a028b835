import { readFileSync } from "node:fs"
import protobuf from "protobufjs"
import { expect, test } from "vitest"
import { decodeEntry } from "./entry/entry.ts"
import { flatMessageLine } from "./flat-message.ts"
import { recordedEntries, recordedText, recordingsWith } from "./testing/recordings.ts"

/** What ours adds to Canal's line where an UPDATE's after image lacks the key: which rows, by their keys. */
const KEYS_ADDED: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ["images-mysql", [["1"], ["2"], ["1", "3"], ["20"], ["20"]]],
])

test.each(recordingsWith("flat.jsonl"))("%s: the lines that Canal made of its entries", (name) => {
  const expected = recordedText(name, "flat.jsonl")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line.replace(/"ts":\d+,"type"/, '"ts":0,"type"').replace(/"id":\d+,"isDdl"/, '"id":1,"isDdl"'),
    )
  const ours = recordedEntries(name).flatMap(
    (bytes) => flatMessageLine(decodeEntry(bytes), { batchId: 1, timestamp: 0 }) ?? [],
  )
  expect(ours).toHaveLength(expected.length)
  const improved: string[][] = []
  for (const [i, line] of ours.entries()) {
    if (line === expected[i]) continue
    improved.push([...line.matchAll(/[[{]"id":"(\d+)",/g)].map(([, key]) => key ?? ""))
    expect(withoutKey(line)).toBe(expected[i])
  }
  expect(improved).toEqual(KEYS_ADDED.get(name) ?? [])
})

test("each row's old values are of the columns that this row changed, in the table's order, whatever their names", () => {
  const source = readFileSync(new URL("../proto/EntryProtocol.proto", import.meta.url), "utf8")
  const { root } = protobuf.parse(source, { keepCase: true })
  const storeValue = root
    .lookupType("RowChange")
    .encode({
      eventType: 2,
      rowDatas: [
        { beforeColumns: image(["a", "b", "c"]), afterColumns: image(["a", "B", "c"], [false, true, false]) },
        {
          beforeColumns: image(["d", "e", "f"]),
          afterColumns: image(["d", "e", "F\u0001/é"], [false, false, true]),
        },
      ],
    })
    .finish()
  const bytes = root
    .lookupType("Entry")
    .encode({ header: { schemaName: "s", tableName: "t", executeTime: 5000 }, entryType: 2, storeValue })
    .finish()
  expect(flatMessageLine(decodeEntry(Buffer.from(bytes)), { batchId: 2n ** 60n, timestamp: 7 })).toBe(
    String.raw`{"data":[{"key":"a","2":"B","1":"c"},{"key":"d","2":"e","1":"F\u0001/é"}],"database":"s","es":5000,"gtid":"","id":1152921504606846976,"isDdl":false,"mysqlType":{"key":"text","2":"text","1":"text"},"old":[{"2":"b"},{"1":"f"}],"pkNames":["key"],"sql":"","sqlType":{"key":12,"2":12,"1":12},"table":"t","ts":7,"type":"UPDATE"}`,
  )
})

/** Our line as Canal has it: without the key column `id INT`. */
function withoutKey(line: string): string {
  return line
    .replaceAll(/([[{])"id":"\d+",/g, "$1")
    .replace('"mysqlType":{"id":"INT",', '"mysqlType":{')
    .replace('"sqlType":{"id":4,', '"sqlType":{')
    .replace('"pkNames":["id"]', '"pkNames":null')
}

function image(values: readonly string[], updated: readonly boolean[] = []): readonly object[] {
  return values.map((value, index) => ({
    index,
    sqlType: 12,
    name: ["key", "2", "1"][index],
    isKey: index === 0,
    updated: updated[index] ?? false,
    value,
    mysqlType: "text",
  }))
}
