import { PartialJson } from "@canal/binlog-protocol"
import type { ColumnValue, JsonValue } from "@canal/binlog-protocol"
import type { RowsChange } from "../change.ts"

/** The rows of tables as their changes leave them: values by ordinal, by table and by the id in the first column. */
export class Mirror {
  readonly #tables = new Map<string, Map<number, readonly ColumnValue[]>>()
  /** Images of rows seen, two for an update. */
  images = 0

  rows(table: string): ReadonlyMap<number, readonly ColumnValue[]> {
    return this.#table(table)
  }

  apply(change: RowsChange): void {
    const rows = this.#table(change.table.name)
    for (const { before, after } of change.values()) {
      this.images += before === undefined || after === undefined ? 1 : 2
      // A MINIMAL image after an update lacks the key unless the update changed it.
      const id = Number(before?.[0] ?? after?.[0])
      const old = rows.get(id)
      rows.delete(id)
      if (after === undefined) continue
      const row = after.map((value, ordinal) => {
        // Where an image has no value, an update leaves the one before, and an insert the default.
        const kept = old?.[ordinal] ?? null
        if (value instanceof PartialJson) return patched(kept, value)
        return value === undefined ? kept : value
      })
      rows.set(Number(row[0] ?? id), row)
    }
  }

  #table(name: string): Map<number, readonly ColumnValue[]> {
    const table = this.#tables.get(name) ?? new Map<number, readonly ColumnValue[]>()
    this.#tables.set(name, table)
    return table
  }
}

/** The document with the changes made, by another road than that of the decoder. */
function patched(document: ColumnValue, { diffs }: PartialJson): JsonValue {
  let root: unknown = structuredClone(document)
  for (const { operation, path, value } of diffs) {
    const legs = legsOf(path)
    const last = legs.at(-1)
    let parent = root
    for (const leg of legs.slice(0, -1)) parent = member(parent, leg)
    if (last === undefined) root = value
    else if (Array.isArray(parent))
      parent.splice(Number(last), operation === "insert" ? 0 : 1, ...(operation === "remove" ? [] : [value]))
    else if (typeof parent !== "object" || parent === null) throw new TypeError(`${path} leads nowhere`)
    else if (operation === "remove") Reflect.deleteProperty(parent, last)
    else Reflect.set(parent, last, value)
  }
  if (!isJson(root)) throw new TypeError("The changes left no document")
  return root
}

function legsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\.("(?:[^"\\]|\\.)*"|\w+)|\[(\d+)\]/g)].map(([, key, index]) => {
    if (key === undefined) return Number(index)
    return key.startsWith('"') ? String(JSON.parse(key)) : key
  })
}

function member(value: unknown, leg: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, leg) : undefined
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined && typeof value !== "function"
}
