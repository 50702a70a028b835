import { isDeepStrictEqual } from "node:util"
import type { Difference } from "./compare.ts"
import type { Field } from "./entry-tree.ts"

type JsonObject = Readonly<Record<string, unknown>>

/** Which field of an entry a member shows. Those of columns are found below. */
const ENTRY_FIELDS: Readonly<Record<string, string>> = {
  database: "header.schemaName",
  gtid: "header.gtid",
  table: "header.tableName",
  type: "header.eventType",
}
const COLUMN_FIELDS: Readonly<Record<string, string>> = {
  data: "column.value",
  old: "column.value",
  mysqlType: "column.mysqlType",
  sqlType: "column.sqlType",
}
const EVENT_TYPES: Readonly<Record<string, string>> = { QUERY: "7" }

/**
 * The differences between two FlatMessage lines, named as those between the entries' fields that they show. Throws
 * where the lines do not even have the same members in the same order.
 */
export function compareFlatLines(java: string, ours: string): readonly Difference[] {
  if (java === ours) return []
  const [left, right] = [parse(java), parse(ours)]
  const differences: Difference[] = []
  const pkNames = namesOf(right["pkNames"])
  const described = { sql: textOf(left, "sql"), table: tableOf(left), oursHeader: [] }

  const columns = (member: string, index: number | undefined): void => {
    const [before, after] = [rowOf(left, member, index), rowOf(right, member, index)]
    // A key that Java leaves out.
    const added = new Set(Object.keys(after).filter((name) => !(name in before) && pkNames.includes(name)))
    const names = Object.keys(after).filter((name) => !added.has(name))
    requireSame(Object.keys(before), names, member)
    for (const name of Object.keys(after)) {
      if (before[name] === after[name]) continue
      differences.push({
        field: added.has(name) ? "column.key" : (COLUMN_FIELDS[member] ?? member),
        java: show(before[name]),
        ours: show(after[name]),
        javaAround: around(left, name),
        oursAround: around(right, name),
        ...described,
      })
    }
  }

  requireSame(Object.keys(left), Object.keys(right), "the line")
  for (const member of Object.keys(left)) {
    const [before, after] = [left[member], right[member]]
    if (isDeepStrictEqual(before, after) && sameOrder(before, after)) continue
    if (member === "data" || member === "old") {
      const rows = itemsOf(before).length
      requireSame(rows, itemsOf(after).length, member)
      for (let index = 0; index < rows; index++) columns(member, index)
    } else if (member in COLUMN_FIELDS) columns(member, undefined)
    else if (member === "pkNames") comparePkNames(differences, left, right, described)
    else
      differences.push({
        field: ENTRY_FIELDS[member] ?? member,
        // A field that is absent shows as an empty text.
        java: before === "" ? undefined : (EVENT_TYPES[show(before)] ?? show(before)),
        ours: show(after),
        javaAround: [],
        oursAround: [],
        ...described,
      })
  }
  return differences
}

function comparePkNames(
  differences: Difference[],
  left: JsonObject,
  right: JsonObject,
  described: Pick<Difference, "sql" | "table" | "oursHeader">,
): void {
  const [before, after] = [namesOf(left["pkNames"]), namesOf(right["pkNames"])]
  for (const name of new Set([...before, ...after]))
    differences.push({
      field: "column.isKey",
      java: before.includes(name) ? "1" : "0",
      ours: after.includes(name) ? "1" : "0",
      javaAround: around(left, name),
      oursAround: around(right, name),
      ...described,
    })
}

function parse(line: string): JsonObject {
  const value: unknown = JSON.parse(line)
  if (!isObject(value)) throw new Error("A line is no object")
  return value
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}

function textOf(line: JsonObject, member: string): string | undefined {
  return line[member] === "" ? undefined : show(line[member])
}

function tableOf(line: JsonObject): string {
  return `${textOf(line, "database")}.${textOf(line, "table")}`
}

function rowOf(line: JsonObject, member: string, index: number | undefined): JsonObject {
  const value = line[member]
  const row = index === undefined ? value : itemsOf(value)[index]
  if (!isObject(row)) throw new Error(`${member} holds no columns`)
  return row
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function namesOf(value: unknown): readonly string[] {
  return itemsOf(value).map(show)
}

function sameOrder(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function requireSame(left: unknown, right: unknown, where: string): void {
  if (!isDeepStrictEqual(left, right))
    throw new Error(`${where} has ${JSON.stringify(left)} in Java, ${JSON.stringify(right)} in ours`)
}

/** What the line says of a column, as fields of a Column: 2 sqlType, 3 name, 10 mysqlType; none of one it lacks. */
function around(line: JsonObject, name: string): readonly Field[] {
  const sqlType = rowOf(line, "sqlType", undefined)[name]
  if (sqlType === undefined) return []
  const mysqlType = rowOf(line, "mysqlType", undefined)[name]
  return [field(2, show(sqlType)), field(3, name), field(10, show(mysqlType))]
}

function field(number: number, value: string): Field {
  return { number, value: Buffer.from(value), message: undefined }
}
