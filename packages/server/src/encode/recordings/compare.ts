import { isDeepStrictEqual } from "node:util"
import { messageOf, textOf, valueText } from "./entry-tree.ts"
import type { Field } from "./entry-tree.ts"

/** One field that is not the same, or that only one of the two has. */
export interface Difference {
  /** Names joined by dots, e.g. `header.schemaName`, `column.value`. */
  readonly field: string
  readonly java: string | undefined
  readonly ours: string | undefined
  /** The fields around it, in Java's entry and in ours. */
  readonly javaAround: readonly Field[]
  readonly oursAround: readonly Field[]
  /** RowChange.sql, if any. */
  readonly sql: string | undefined
  readonly table: string
  /** The fields of our header; none for FlatMessage lines. */
  readonly oursHeader: readonly Field[]
}

type Names = Readonly<Record<number, string>>

const PAIR: Names = { 1: "key", 2: "value" }
const MESSAGES: Readonly<Record<string, Names>> = {
  entry: { 1: "header", 2: "entryType", 3: "storeValue" },
  header: {
    1: "version",
    2: "logfileName",
    3: "logfileOffset",
    4: "serverId",
    5: "serverenCode",
    6: "executeTime",
    7: "sourceType",
    8: "schemaName",
    9: "tableName",
    10: "eventLength",
    11: "eventType",
    12: "props",
    13: "gtid",
  },
  begin: { 3: "props", 4: "threadId" },
  rowChange: {
    1: "tableId",
    2: "eventType",
    10: "isDdl",
    11: "sql",
    12: "rowDatas",
    13: "props",
    14: "ddlSchemaName",
  },
  end: { 2: "transactionId", 3: "props" },
  rowDatas: { 1: "beforeColumns", 2: "afterColumns" },
  column: {
    1: "index",
    2: "sqlType",
    3: "name",
    4: "isKey",
    5: "updated",
    6: "isNull",
    8: "value",
    10: "mysqlType",
  },
  props: PAIR,
}

const STORE_VALUES: Names = { 1: "begin", 2: "rowChange", 3: "end" }

/** All differences between two entries. That fields ascend was seen when they were read. */
export function compareEntries(java: readonly Field[], ours: readonly Field[]): readonly Difference[] {
  const oursHeader = messageOf(ours, 1)
  const differences: Difference[] = []
  const header = messageOf(java, 1)
  const table = `${textOf(header, 8)}.${textOf(header, 9)}`
  const sql = textOf(messageOf(java, 3), 11)
  const storeValue = STORE_VALUES[Number(textOf(java, 2))] ?? "unknown"

  const compare = (message: string, java: readonly Field[], ours: readonly Field[]): void => {
    const names = MESSAGES[message] ?? {}
    const numbers = new Set([...java, ...ours].map(({ number }) => number))
    for (const number of numbers) {
      const theirs = java.filter((field) => field.number === number)
      const mine = ours.filter((field) => field.number === number)
      const name = names[number] ?? String(number)
      for (let index = 0; index < Math.max(theirs.length, mine.length); index++) {
        const [left, right] = [theirs[index], mine[index]]
        if (left !== undefined && right !== undefined && isDeepStrictEqual(left.value, right.value)) continue
        if (left?.message !== undefined && right?.message !== undefined)
          compare(innerName(name, storeValue), left.message, right.message)
        else
          differences.push({
            field: `${message}.${name}`,
            java: left && valueText(left),
            ours: right && valueText(right),
            javaAround: java,
            oursAround: ours,
            sql,
            table,
            oursHeader,
          })
      }
    }
  }
  compare("entry", java, ours)
  return differences
}

function innerName(name: string, storeValue: string): string {
  if (name === "storeValue") return storeValue
  return name === "beforeColumns" || name === "afterColumns" ? "column" : name
}
