import { canonicalText } from "./canonical.ts"
import { type Digest, TableDigest, valueHash } from "./digest.ts"
import type { Form } from "../workload/form.ts"

/** A table as a reader of changes needs to know it. The first column is the key. */
export interface ReadTable {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly form: Form }[]
}

/** Values of a row in the order of the table's columns. */
export type Values = readonly unknown[]

/** Takes the changes of tables that begin empty. */
export interface ChangeSink {
  /** Applies a change: `before` is undefined for an insert, `after` for a delete. */
  apply(table: string, before: Values | undefined, after: Values | undefined): void
  /** Of what the tables hold by now. */
  digest(): Digest
}

/** Sums up rows as they come and remembers none: for changes that are inserts, in any number. */
export class InsertSum implements ChangeSink {
  readonly #tables: ReadonlyMap<string, { readonly table: ReadTable; readonly digest: TableDigest }>

  constructor(tables: readonly ReadTable[]) {
    this.#tables = new Map(
      tables.map((table) => [table.name, { table, digest: new TableDigest(table.columns.length) }]),
    )
  }

  apply(name: string, before: Values | undefined, after: Values | undefined): void {
    const known = this.#tables.get(name)
    if (known === undefined || before !== undefined || after === undefined)
      throw new Error(`${name}: a change that is no insert, or into a table that was not asked for`)
    known.digest.add(hashesOf(known.table, keyOf(after), after))
  }

  digest(): Digest {
    return Object.fromEntries(
      [...this.#tables].map(([name, { digest }]) => [name, { rows: digest.rows, sums: digest.sums }]),
    )
  }
}

/** Keeps what the tables hold. @throws Error from `apply` where the row before a change is not the one that is there */
export class Replay implements ChangeSink {
  readonly #tables: ReadonlyMap<
    string,
    { readonly table: ReadTable; readonly rows: Map<string, readonly number[]> }
  >

  constructor(tables: readonly ReadTable[]) {
    this.#tables = new Map(tables.map((table) => [table.name, { table, rows: new Map() }]))
  }

  apply(name: string, before: Values | undefined, after: Values | undefined): void {
    const known = this.#tables.get(name)
    if (known === undefined) throw new Error(`a change of a table that was not asked for: ${name}`)
    const { table, rows } = known
    if (before !== undefined) {
      const key = keyOf(before)
      const there = rows.get(key)
      const old = hashesOf(table, key, before)
      const wrong = table.columns.find((_, ordinal) => there?.[ordinal] !== old[ordinal])
      if (wrong !== undefined)
        throw new Error(`${name}, key ${key}: ${wrong.name} before the change is not what it was`)
      rows.delete(key)
    }
    if (after !== undefined) {
      const key = keyOf(after)
      if (rows.has(key)) throw new Error(`${name}: key ${key} came into being twice`)
      rows.set(key, hashesOf(table, key, after))
    }
  }

  digest(): Digest {
    return Object.fromEntries(
      [...this.#tables].map(([name, { table, rows }]) => {
        const digest = new TableDigest(table.columns.length)
        for (const hashes of rows.values()) digest.add(hashes)
        return [name, { rows: digest.rows, sums: digest.sums }]
      }),
    )
  }
}

function keyOf(values: Values): string {
  return String(values[0])
}

function hashesOf(table: ReadTable, key: string, values: Values): readonly number[] {
  return table.columns.map(({ form }, ordinal) => valueHash(key, canonicalText(form, values[ordinal])))
}
