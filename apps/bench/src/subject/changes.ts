import { type ChangeSink, InsertSum, Replay, type Values } from "../digest/replay.ts"
import type { Digest } from "../digest/digest.ts"
import type { Task } from "./task.ts"
import { keepSum, weight } from "./look.ts"

/** What a row is given to: it looks at each value, or adds it to a digest. */
export interface Rows {
  /** A change of a table by the values in the order of the columns. */
  values(table: string, before: Values | undefined, after: Values | undefined): void
  /** The same with the values by the names of the columns. */
  named(table: string, before: NamedValues | undefined, after: NamedValues | undefined): void
  digest(): Digest | null
}

export type NamedValues = Readonly<Record<string, unknown>>

/** @returns what looks at values, or takes their digest where the task says so. */
export function rowsOf(task: Task): Rows {
  return task.digest ? new DigestedRows(task) : new WeighedRows(task)
}

class WeighedRows implements Rows {
  readonly #weights: ReadonlyMap<string, (row: NamedValues) => number>

  constructor(task: Task) {
    this.#weights = new Map([...namesOf(task)].map(([table, names]) => [table, rowLooker(names)(weight)]))
  }

  values(_table: string, before: Values | undefined, after: Values | undefined): void {
    if (before !== undefined) keepSum(sumOf(before))
    if (after !== undefined) keepSum(sumOf(after))
  }

  named(table: string, before: NamedValues | undefined, after: NamedValues | undefined): void {
    const weightOf = this.#weights.get(table)
    if (weightOf === undefined) throw new Error(`there is no table ${table}`)
    if (before !== undefined) keepSum(weightOf(before))
    if (after !== undefined) keepSum(weightOf(after))
  }

  digest(): null {
    return null
  }
}

function sumOf(values: Values): number {
  let sum = 0
  for (const value of values) sum += weight(value)
  return sum
}

/** Makes what looks at rows from what looks at values. */
type RowLooker = (weightOf: typeof weight) => (row: NamedValues) => number

/**
 * Looks at each column of a row as a program does that was written for the table: by its name, each at a place of its own.
 * To look names up from a list takes the engine longer than to read some values.
 */
function rowLooker(names: readonly string[]): RowLooker
function rowLooker(names: readonly string[]): unknown {
  const weights = names.map((name) => `weight(row[${JSON.stringify(name)}])`)
  // oxlint-disable-next-line typescript/no-implied-eval -- the names are those of the workloads
  return new Function("weight", `return (row) => ${weights.join(" + ")}`)
}

class DigestedRows implements Rows {
  readonly #names: ReadonlyMap<string, readonly string[]>
  readonly #sink: ChangeSink

  constructor(task: Task) {
    this.#names = namesOf(task)
    this.#sink = task.insertsOnly ? new InsertSum(task.tables) : new Replay(task.tables)
  }

  values(table: string, before: Values | undefined, after: Values | undefined): void {
    this.#sink.apply(table, before, after)
  }

  named(table: string, before: NamedValues | undefined, after: NamedValues | undefined): void {
    const names = this.#names.get(table) ?? []
    const listed = (row: NamedValues | undefined): Values | undefined => row && names.map((name) => row[name])
    this.#sink.apply(table, listed(before), listed(after))
  }

  digest(): Digest {
    return this.#sink.digest()
  }
}

function namesOf(task: Task): ReadonlyMap<string, readonly string[]> {
  return new Map(task.tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]))
}
