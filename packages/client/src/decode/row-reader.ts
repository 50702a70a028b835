import type { ImagePlaces } from "@canal/protocol"
import type { Value, ValueReader } from "./value.ts"

/** A row by the names of its columns. A column that the binlog does not have is not in it, which is not NULL. */
export type Row = Readonly<Record<string, Value>>

/**
 * Makes a row of the values that were found in an image. A value that repeats the one `before` it is taken from there, unless
 * it is an object: those are never shared.
 */
export type RowReader = (bytes: Buffer, places: ImagePlaces, before: Row | undefined) => Row

/** Makes a row property by property: works everywhere, for properties of any name. */
export function interpretedRowReader(names: readonly string[], readers: readonly ValueReader[]): RowReader {
  const template: Row = Object.fromEntries(names.map((name) => [name, null]))
  return (bytes, { starts, ends, sqlTypes, repeated }, before) => {
    const row: Record<string, Value> = { ...template }
    for (const [i, name] of names.entries()) {
      const start = starts[i] ?? -1
      const old = repeated[i] === 1 ? before?.[name] : undefined
      if (start < 0) row[name] = null
      else if (old !== undefined && typeof old !== "object") row[name] = old
      else row[name] = readers[i]?.(bytes, start, ends[i] ?? start, sqlTypes[i] ?? 0) ?? null
    }
    return row
  }
}
