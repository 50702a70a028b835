import { asPropertyName, canGenerate, generated } from "../generated.ts"
import type { Value } from "../value.ts"

/** A row by the names of its columns. A column that the binlog does not have is not in it, which is not NULL. */
export type Row = Readonly<Record<string, Value>>

/** Makes a row of its values, which stand in the order of its columns. */
export type RowMaker = (values: readonly Value[]) => Row

/** Rows from which on a function of its own is worth its making. */
const WORTH_COMPILING = 16
/** Beyond so many columns a function is too long for the engine to make it fast. */
const MOST_COLUMNS = 256

/** Makes rows of these columns: with a function of its own when they have come often. */
export function rowMaker(names: readonly string[]): RowMaker {
  let make = interpretedRowMaker(names)
  if (!canGenerate || !isCompilable(names)) return make
  let made = 0
  return (values) => {
    if (++made === WORTH_COMPILING) make = compiledRowMaker(names)
    return make(values)
  }
}

/** Makes a row property by property: works everywhere, for properties of any name. */
export function interpretedRowMaker(names: readonly string[]): RowMaker {
  const template: Row = Object.fromEntries(names.map((name) => [name, null]))
  return (values) => {
    const row: Record<string, Value> = { ...template }
    for (const [i, name] of names.entries()) row[name] = values[i] ?? null
    return row
  }
}

/** Whether rows of these columns can be made by a function of their own: not where a name has a meaning to every object. */
export function isCompilable(names: readonly string[]): boolean {
  return names.length <= MOST_COLUMNS && names.every((name) => !(name in Object.prototype))
}

/**
 * Makes a row by a function of its own, in whose source text columns are numbers. As a constructor it gives all rows one
 * hidden class, with room for all properties; with `Object.prototype` they are plain objects all the same.
 */
export function compiledRowMaker(names: readonly string[]): RowMaker {
  const constants = names.map((_, i) => `const n${i} = names[${i}]`)
  const properties = names.map((_, i) => `this[n${i}] = values[${i}]`)
  const source = `
    ${constants.join("\n")}
    function Row(values) {
      ${properties.join("\n")}
    }
    Row.prototype = Object.prototype
    return (values) => new Row(values)`
  return generated<RowMaker>(["names"], source)(names.map(asPropertyName))
}
