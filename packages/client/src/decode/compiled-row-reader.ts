import { generated } from "./generated.ts"
import type { RowReader } from "./row-reader.ts"
import type { ValueReader } from "./value.ts"

/** Beyond so many columns a function is too long for the engine to make it fast. */
const MOST_COLUMNS = 256

/** Whether rows of these columns can be made by a function of their own: not where a name has a meaning to every object. */
export function isCompilable(names: readonly string[]): boolean {
  return names.length <= MOST_COLUMNS && names.every((name) => !(name in Object.prototype))
}

/**
 * Makes a row by a function of its own, in whose source text columns are numbers. As a constructor it gives all rows one
 * hidden class, with room for all properties; with `Object.prototype` they are plain objects all the same.
 */
export function compiledRowReader(names: readonly string[], readers: readonly ValueReader[]): RowReader {
  const constants = names.map((_, i) => `const n${i} = names[${i}], r${i} = readers[${i}]`)
  const properties = names.map(
    (_, i) =>
      `this[n${i}] = starts[${i}] < 0 ? null
        : repeated[${i}] === 1 && typeof before[n${i}] !== "object" ? before[n${i}]
        : r${i}(bytes, starts[${i}], ends[${i}], sqlTypes[${i}])`,
  )
  const source = `
    ${constants.join("\n")}
    function Row(bytes, starts, ends, sqlTypes, repeated, before) {
      ${properties.join("\n")}
    }
    Row.prototype = Object.prototype
    return (bytes, { starts, ends, sqlTypes, repeated }, before) =>
      new Row(bytes, starts, ends, sqlTypes, repeated, before)`
  return generated<RowReader>(["names", "readers"], source)(names.map(asPropertyName), readers)
}

/** The same text as the one string that the engine has for a property of this name, which it finds without a search. */
function asPropertyName(name: string): string {
  return Object.keys({ [name]: null })[0] ?? name
}
